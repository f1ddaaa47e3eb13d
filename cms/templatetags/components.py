"""Template tags of the shared components; loaded everywhere as builtins."""

from django import template

register = template.Library()
