"""The blocks a lesson is written with."""

from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.embeds.blocks import EmbedBlock
from wagtail.images.blocks import ImageChooserBlock
from wagtail.snippets.blocks import SnippetChooserBlock

TEXT_FEATURES = ["h3", "h4", "bold", "italic", "ol", "ul", "link", "document-link"]
INLINE_FEATURES = ["bold", "italic", "ol", "ul", "link"]


class ImageBlock(blocks.StructBlock):
    image = ImageChooserBlock()
    alternative_text = blocks.CharBlock(
        required=False, max_length=600, help_text="What the picture says. Leave empty only for decoration."
    )
    caption = blocks.CharBlock(required=False, max_length=250)

    class Meta:
        icon = "image"
        template = "courses/blocks/image.html"


class VideoBlock(blocks.StructBlock):
    video = EmbedBlock(max_width=960)
    title = blocks.CharBlock(max_length=160)
    transcript = blocks.RichTextBlock(required=False, features=INLINE_FEATURES)

    class Meta:
        icon = "media"
        template = "courses/blocks/video.html"


class FileBlock(blocks.StructBlock):
    file = DocumentChooserBlock()
    description = blocks.CharBlock(required=False, max_length=250)

    class Meta:
        icon = "doc-full"
        template = "courses/blocks/file.html"


class CalloutBlock(blocks.StructBlock):
    kind = blocks.ChoiceBlock(choices=[("note", "Note"), ("tip", "Tip"), ("warning", "Warning")], default="note")
    title = blocks.CharBlock(required=False, max_length=120)
    text = blocks.RichTextBlock(features=INLINE_FEATURES)

    class Meta:
        icon = "info-circle"
        template = "courses/blocks/callout.html"


class ExampleBlock(blocks.StructBlock):
    title = blocks.CharBlock(required=False, max_length=160)
    bad = blocks.RichTextBlock(features=INLINE_FEATURES)
    bad_why = blocks.TextBlock(required=False)
    good = blocks.RichTextBlock(features=INLINE_FEATURES)
    good_why = blocks.TextBlock(required=False)

    class Meta:
        icon = "order"
        label = "Example, weak and strong"
        template = "courses/blocks/example.html"


class ReflectionBlock(blocks.StructBlock):
    prompt = blocks.TextBlock()
    hint = blocks.TextBlock(required=False)

    class Meta:
        icon = "edit"
        template = "courses/blocks/reflection.html"


class ChecklistBlock(blocks.StructBlock):
    title = blocks.CharBlock(max_length=160)
    items = blocks.ListBlock(blocks.CharBlock(max_length=300), min_num=1)

    class Meta:
        icon = "list-ul"
        template = "courses/blocks/checklist.html"


class QuizBlock(blocks.StructBlock):
    quiz = SnippetChooserBlock("courses.Quiz")

    class Meta:
        icon = "help"
        template = "courses/blocks/quiz.html"


class LessonBody(blocks.StreamBlock):
    text = blocks.RichTextBlock(features=TEXT_FEATURES, template="courses/blocks/text.html")
    image = ImageBlock()
    video = VideoBlock()
    file = FileBlock()
    callout = CalloutBlock()
    example = ExampleBlock()
    reflection = ReflectionBlock()
    checklist = ChecklistBlock()
    quiz = QuizBlock()

    class Meta:
        block_counts = {"quiz": {"max_num": 1}}
