"""What learners write into reflections and tick in checklists: theirs alone, kept as they type."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from courses.models import Enrollment, LessonPage, LessonResponse
from courses.queries.rendering import interactive_blocks
from courses.rules import may_work_on_lesson
from people.api import Refused, User, now, require

LONGEST_TEXT = 10_000


def save_response(
    *,
    enrollment: Enrollment,
    lesson_key: UUID | str,
    block_id: str,
    actor: User,
    text: str | None = None,
    ticked: Sequence[str] | None = None,
) -> LessonResponse:
    """Keep ``text`` of a reflection or the ids of the ``ticked`` items of a checklist; the last one saved wins.

    Refused to anybody but the learner, for blocks the lesson does not have, items the list does not have, and
    texts of more than 10,000 characters.
    """
    require(may_work_on_lesson(actor, enrollment, lesson_key))
    page = LessonPage.objects.filter(key=lesson_key).first()
    block = interactive_blocks(page).get(block_id) if page else None
    if block is None:
        raise Refused("This exercise has been changed by its author. Copy your text, then reload the page.")
    values: dict[str, Any] = {"saved_at": now()}
    if block.kind == "reflection":
        values["text"] = (text or "").replace("\r\n", "\n").replace("\x00", "")
        if len(str(values["text"])) > LONGEST_TEXT:
            raise Refused(f"Your answer is longer than {LONGEST_TEXT:,} characters. Shorten it to save it.")
    else:
        known = [item.id for item in block.items]
        if not set(ticked or ()) <= set(known):
            raise Refused("This checklist has been changed by its author. Reload the page and tick again.")
        values["ticked"] = [item_id for item_id in known if item_id in (ticked or ())]
    return _upsert(enrollment, str(lesson_key), block_id, values)


def _upsert(enrollment: Enrollment, lesson_key: str, block_id: str, values: dict[str, Any]) -> LessonResponse:
    where: dict[str, Any] = {"enrollment": enrollment, "lesson_key": lesson_key, "block_id": block_id}
    with transaction.atomic():
        if enrollment.state == Enrollment.State.OPEN and str(enrollment.last_lesson_key) != lesson_key:
            Enrollment.objects.filter(pk=enrollment.pk).update(last_lesson_key=lesson_key)
        try:
            with transaction.atomic():
                return LessonResponse.objects.update_or_create(**where, defaults=values)[0]
        except IntegrityError:
            # Two autosaves at once both found nothing; now the row is there.
            return LessonResponse.objects.update_or_create(**where, defaults=values)[0]
