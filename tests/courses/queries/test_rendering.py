import pytest
from django.core.cache import caches

from courses.models import GlossaryTerm, LessonPage
from courses.queries.glossary import forget_glossary
from courses.queries.rendering import interactive_blocks, lesson_body, player_url, render_body
from tests.factories.courses import make_course, make_quiz

pytestmark = pytest.mark.django_db


def lesson_with(body, *, publish=True) -> LessonPage:
    course = make_course(lessons=1)
    lesson = LessonPage.objects.child_of(course).get()
    lesson.body = LessonPage._meta.get_field("body").stream_block.to_python(body)
    if publish:
        lesson.save_revision().publish()
    else:
        lesson.save()
    return fresh(lesson)


def fresh(lesson) -> LessonPage:
    return LessonPage.objects.defer("body").get(pk=lesson.pk)


def text(words, block_id="t"):
    return {"type": "text", "value": f"<p>{words}</p>", "id": block_id}


def test_lesson_body_keeps_exercises_apart_from_finished_html():
    quiz = make_quiz()
    lesson = lesson_with(
        [
            text("One.", "a"),
            text("Two.", "b"),
            {"type": "reflection", "value": {"prompt": "Why?", "hint": "Think."}, "id": "r"},
            {
                "type": "checklist",
                "value": {"title": "Do", "items": [{"type": "item", "value": "This", "id": "i"}]},
                "id": "c",
            },
            {"type": "quiz", "value": {"quiz": quiz.pk}, "id": "q"},
        ]
    )
    body = lesson_body(lesson)
    assert [part.kind for part in body.parts] == ["html", "reflection", "checklist", "quiz"]
    assert "<p>One.</p>" in body.parts[0].html
    assert "<p>Two.</p>" in body.parts[0].html
    assert (body.parts[1].block_id, body.parts[1].prompt, body.parts[1].hint) == ("r", "Why?", "Think.")
    assert [(item.id, item.text) for item in body.parts[2].items] == [("i", "This")]
    assert body.quiz_id == quiz.pk
    assert [part.block_id for part in body.interactive] == ["r", "c"]
    assert {key: part.kind for key, part in interactive_blocks(lesson).items()} == {"r": "reflection", "c": "checklist"}


def test_lesson_body_is_rendered_once_per_revision(django_assert_num_queries):
    lesson = lesson_with([text("One.")])
    first = lesson_body(lesson)
    with django_assert_num_queries(0):
        assert lesson_body(lesson) == first
    lesson = LessonPage.objects.get(pk=lesson.pk)
    lesson.body = [("text", "<p>Draft.</p>")]
    revision = lesson.save_revision()
    assert lesson_body(fresh(lesson)) == first
    revision.publish()
    assert "Draft." in lesson_body(fresh(lesson)).parts[0].html


def test_lesson_body_without_a_revision_follows_its_content():
    lesson = lesson_with([text("One.")], publish=False)
    assert "One." in lesson_body(lesson).parts[0].html
    lesson = LessonPage.objects.get(pk=lesson.pk)
    lesson.body = [("text", "<p>Other.</p>")]
    lesson.save()
    assert "Other." in lesson_body(fresh(lesson)).parts[0].html


def test_lesson_body_follows_the_glossary():
    lesson = lesson_with([text("An OKR, an OKR.")])
    assert lesson_body(lesson).terms == ()
    GlossaryTerm.objects.create(key="okr", term="OKR", definition="Goals.")
    forget_glossary()
    body = lesson_body(lesson)
    assert [term.key for term in body.terms] == ["okr"]
    assert body.parts[0].html.count('popovertarget="term-okr"') == 1


def test_lesson_body_explains_each_word_once_in_a_lesson():
    GlossaryTerm.objects.create(key="okr", term="OKR", definition="Goals.")
    lesson = lesson_with(
        [text("OKR.", "a"), {"type": "reflection", "value": {"prompt": "OKR?"}, "id": "r"}, text("OKR.", "b")]
    )
    html = "".join(part.html for part in lesson_body(lesson).parts)
    assert html.count("popovertarget") == 1


def test_render_body_shows_what_is_not_published():
    lesson = lesson_with([text("One.")])
    lesson_body(lesson)
    lesson = LessonPage.objects.get(pk=lesson.pk)
    lesson.body = [("text", "<p>Preview.</p>")]
    assert "Preview." in render_body(lesson).parts[0].html


def test_lesson_body_escapes_what_authors_type():
    lesson = lesson_with(
        [{"type": "callout", "value": {"kind": "note", "title": "<b>x", "text": "<p>y</p>"}, "id": "c"}]
    )
    assert "<b>x" not in lesson_body(lesson).parts[0].html


def test_lesson_body_of_twenty_blocks_is_taken_from_the_cache(django_assert_num_queries, monkeypatch):
    lesson = lesson_with([text("Words " * 100, str(number)) for number in range(20)])
    first = lesson_body(lesson)
    monkeypatch.setattr(type(lesson.body.stream_block), "render", lambda *args, **kwargs: pytest.fail("rendered again"))
    with django_assert_num_queries(0):
        assert lesson_body(lesson) == first
    assert any(key for key in caches["process"]._cache)


@pytest.mark.parametrize(
    ("address", "player"),
    [
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ", "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"),
        ("https://youtu.be/dQw4w9WgXcQ", "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"),
        ("https://www.youtube.com/embed/dQw4w9WgXcQ", "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"),
        ("https://vimeo.com/12345", "https://player.vimeo.com/video/12345?dnt=1"),
        ("https://vimeo.com/about", ""),
        ("https://www.youtube.com/watch?v=%22%3E%3Cscript", ""),
        ("https://example.com/video.mp4", ""),
        ("not an address", ""),
    ],
)
def test_player_url_knows_two_services(address, player):
    assert player_url(address) == player
