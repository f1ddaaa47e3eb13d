"""The demo company: 240 people, a school and a pilot at a chosen stage, built only through the apps' services."""
