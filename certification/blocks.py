"""The blocks a rubric is written with."""

from django.core.validators import validate_slug
from wagtail import blocks


class AnchorsBlock(blocks.StructBlock):
    """What each of the four scores looks like, so that two observers mean the same by a 3."""

    one = blocks.TextBlock(label="1", rows=3)
    two = blocks.TextBlock(label="2", rows=3)
    three = blocks.TextBlock(label="3", rows=3)
    four = blocks.TextBlock(label="4", rows=3)

    class Meta:
        label = "What a score looks like"


class CriterionBlock(blocks.StructBlock):
    key = blocks.CharBlock(
        max_length=80,
        validators=[validate_slug],
        help_text="Short stable name without spaces, for example drafting-session. Recorded scores refer to it.",
    )
    title = blocks.CharBlock(max_length=160)
    question = blocks.TextBlock(rows=2, help_text="What the observer asks themselves while watching.")
    anchors = AnchorsBlock()

    class Meta:
        icon = "tick-inverse"
