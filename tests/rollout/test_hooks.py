"""Every deed that is written into the history has a name there."""

import re
from pathlib import Path

from rollout.wagtail_hooks import LOG_ACTIONS

SOURCES = Path(__file__).parents[2] / "rollout"


def test_every_action_that_is_logged_is_named():
    written = {
        action
        for path in SOURCES.rglob("*.py")
        if path.name != "wagtail_hooks.py" and "migrations" not in path.parts and path.name != "tasks.py"
        for action in re.findall(r'"(rollout\.[a-z_]+)"', path.read_text(encoding="utf-8"))
    }
    assert not written - set(LOG_ACTIONS)
