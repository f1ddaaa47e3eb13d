"""Courses and glossary written as files become pages, quizzes and terms. Loading a file again changes nothing."""

import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import transaction
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.images.models import Image
from wagtail.models import Page

from courses.models import CatalogPage, CoursePage, GlossaryTerm, LessonPage, Question, Quiz
from courses.queries.glossary import forget_glossary
from courses.services.content import Block, CourseContent, GlossaryEntry, LessonContent, QuizContent
from courses.services.versions import pin_course_version, pin_question_versions
from people.api import Refused, User, log

ImageFinder = Callable[[str], Image]
"""Returns the image of a file name; the caller knows where the files are and whether they were uploaded before."""

NAMESPACE = uuid.UUID("5f0a8a2e-5a5f-4d0e-9f6e-3f3b1f0c7d11")


def stable_id(*names: str) -> str:
    """Return the same UUID for the same names, so that keys, block ids and choice ids survive another load."""
    return str(uuid.uuid5(NAMESPACE, "/".join(names)))


@transaction.atomic
def load_course(
    *, content: CourseContent, catalog: CatalogPage, actor: User | None = None, find_image: ImageFinder | None = None
) -> CoursePage:
    """Create or update the course with its lessons and quizzes, publish it, pin its version, and return its page.

    Whoever can run the command may load: Wagtail's page permissions are not asked. Lessons are recognized by key,
    then by slug. Lessons that the file no longer has are unpublished, never deleted.
    Refused when the file shows pictures and ``find_image`` is not given, and when a lesson's slug is taken.
    """
    quizzes = {quiz.key: _load_quiz(quiz, actor) for quiz in content.quizzes}
    fields = {
        "title": content.title,
        "slug": content.key,
        "summary": content.summary,
        "outcomes": "\n".join(content.outcomes),
        "level": content.level,
        "topic": content.topic,
        "format": content.format,
        "personas": list(content.personas),
        "minutes": content.minutes,
        "search_description": content.summary,
    }
    course = CoursePage.objects.filter(key=content.key).first()
    if course is None:
        course = catalog.add_child(instance=CoursePage(key=content.key, live=False, **fields))
    changed = _load_lessons(course, content, quizzes, find_image, actor)
    changed |= _publish(CoursePage.objects.get(pk=course.pk), fields, actor)
    course = CoursePage.objects.get(pk=course.pk)
    pin_course_version(course=course, actor=actor)
    if changed:
        log(course, "courses.load_course", user=actor, data={"lessons": len(content.lessons)})
    return course


def _load_lessons(
    course: CoursePage,
    content: CourseContent,
    quizzes: Mapping[str, Quiz],
    find_image: ImageFinder | None,
    actor: User | None,
) -> bool:
    existing = list(LessonPage.objects.child_of(course).order_by("path"))
    by_key = {str(page.key): page for page in existing}
    by_slug = {page.slug: page for page in existing}
    pages, changed = [], False
    for lesson in content.lessons:
        key = stable_id(content.key, lesson.key)
        page = by_key.get(key) or by_slug.get(lesson.key)
        body = [_block(content.key, lesson, place, quizzes, find_image) for place in range(len(lesson.blocks))]
        fields = {
            "title": lesson.title,
            "slug": lesson.key,
            "module": lesson.module,
            "minutes": lesson.minutes,
            "required": lesson.required,
            "body": _stream(body),
        }
        if page is None:
            if LessonPage.objects.filter(key=key).exists():
                # The lesson was moved into another course; this course gets one of its own.
                key = str(uuid.uuid4())
            page = course.add_child(instance=LessonPage(key=uuid.UUID(key), live=False, **fields))
        changed |= _publish(page, fields, actor)
        pages.append(page)
    kept = {page.pk for page in pages}
    for page in existing:
        if page.pk not in kept and page.live:
            UnpublishPageAction(page, user=actor).execute(skip_permission_checks=True)
            changed = True
    return _put_in_order(course, pages) or changed


def _publish(page: Page, fields: Mapping[str, Any], actor: User | None) -> bool:
    """Publish ``page`` with ``fields`` unless it is live and reads just so; say whether that was needed."""
    page = page.specific
    if (
        page.live
        and not page.has_unpublished_changes
        and all(_plain(getattr(page, name)) == _plain(value) for name, value in fields.items())
    ):
        return False
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision(user=actor, log_action=False).publish(user=actor, skip_permission_checks=True)
    return True


def _plain(value: Any) -> Any:
    return list(value.raw_data) if hasattr(value, "raw_data") else value


def _stream(raw: list[dict[str, Any]]) -> Any:
    field = LessonPage._meta.get_field("body")
    return field.stream_block.to_python(raw)


def _put_in_order(course: CoursePage, pages: list[LessonPage]) -> bool:
    """Let the lessons stand in the file's order; say whether any had to move."""
    standing = list(
        LessonPage.objects.child_of(course)
        .filter(pk__in=[page.pk for page in pages])
        .order_by("path")
        .values_list("pk", flat=True)
    )
    if standing == [page.pk for page in pages]:
        return False
    for page in pages:
        Page.objects.get(pk=page.pk).move(Page.objects.get(pk=course.pk), pos="last-child")
    return True


def _block(
    course_key: str,
    lesson: LessonContent,
    place: int,
    quizzes: Mapping[str, Quiz],
    find_image: ImageFinder | None,
) -> dict[str, Any]:
    """Return one block as the stream stores it. Exercises keep their id while their words stay the same."""
    block: Block = lesson.blocks[place]
    name = str(place)
    value: Any
    if block.reflection:
        value, name = block.reflection.model_dump(), block.reflection.prompt
    elif block.checklist:
        name = block.checklist.title
        items = [
            {"type": "item", "value": text, "id": stable_id(course_key, lesson.key, name, text, str(number))}
            for number, text in enumerate(block.checklist.items)
        ]
        value = {"title": name, "items": items}
    elif block.callout:
        value = block.callout.model_dump()
    elif block.example:
        value = block.example.model_dump()
    elif block.image:
        if find_image is None:
            raise Refused(f"“{lesson.title}” shows {block.image.file}, but nobody says where pictures are found.")
        value = {
            "image": find_image(block.image.file).pk,
            "alternative_text": block.image.alt,
            "caption": block.image.caption,
        }
    elif block.quiz:
        value = {"quiz": quizzes[block.quiz.key].pk}
    else:
        value = block.text
    return {"type": block.kind, "value": value, "id": stable_id(course_key, lesson.key, block.kind, name)}


def _load_quiz(content: QuizContent, actor: User | None) -> Quiz:
    fields = {
        "title": content.title,
        "pass_percent": content.pass_percent,
        "attempts_limit": content.attempts_limit,
    }
    quiz, created = Quiz.objects.get_or_create(key=content.key, defaults=fields)
    if not created and any(getattr(quiz, name) != value for name, value in fields.items()):
        for name, value in fields.items():
            setattr(quiz, name, value)
        quiz.save(update_fields=list(fields))
    known = {question.key: question for question in Question.objects.filter(quiz=quiz)}
    for place, wanted in enumerate(content.questions):
        question = known.pop(wanted.key, None) or Question(quiz=quiz, key=wanted.key)
        values = {
            "kind": wanted.kind,
            "prompt": wanted.prompt,
            "explanation": wanted.explanation,
            "sort_order": place,
        }
        choices = [
            {
                "type": "choice",
                "value": choice.model_dump(),
                "id": stable_id(content.key, wanted.key, choice.text, str(number)),
            }
            for number, choice in enumerate(wanted.choices)
        ]
        same = all(getattr(question, name) == value for name, value in values.items())
        if question.pk and same and list(question.choices.raw_data) == choices:
            continue
        for name, value in values.items():
            setattr(question, name, value)
        question.choices = Question._meta.get_field("choices").stream_block.to_python(choices)
        question.save()
    Question.objects.filter(pk__in=[question.pk for question in known.values()]).delete()
    pin_question_versions(quiz=quiz, actor=actor)
    return quiz


@transaction.atomic
def load_glossary(entries: Iterable[GlossaryEntry | Mapping[str, Any]]) -> int:
    """Create or update these terms with their relations; return how many were new or different.

    Terms that are not among ``entries`` stay. Refused when an entry relates to a term that exists nowhere.
    """
    wanted = [entry if isinstance(entry, GlossaryEntry) else GlossaryEntry.model_validate(entry) for entry in entries]
    terms = {term.key: term for term in GlossaryTerm.objects.all()}
    changed = set()
    for entry in wanted:
        term = terms.setdefault(entry.key, GlossaryTerm(key=entry.key))
        values = {
            "term": entry.term,
            "also": "\n".join(entry.also),
            "definition": entry.definition,
            "example": entry.example,
            "is_annotated": entry.annotated,
        }
        if term.pk is None or any(getattr(term, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(term, name, value)
            term.save()
            changed.add(term.key)
    for entry in wanted:
        unknown = [key for key in entry.related if key not in terms]
        if unknown:
            raise Refused(f"“{entry.term}” relates to {', '.join(unknown)}, which the glossary does not have.")
        ids = {terms[key].pk for key in entry.related}
        if set(terms[entry.key].related.values_list("pk", flat=True)) != ids:
            terms[entry.key].related.set(ids)
            changed.add(entry.key)
    if changed:
        transaction.on_commit(forget_glossary)
    return len(changed)
