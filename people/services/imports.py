"""The people import: check a file, then apply it in one transaction.

What a file means:

- A person is recognized by e-mail. Who is not in the file stays; only ``left_on`` ends a membership and turns the
  account off, from that day on. Who left and stands in a file again without ``left_on`` comes back with a new
  membership.
- A membership is one person's time in one unit. Another unit ends it yesterday and opens one today, so that the past
  can still be asked. Manager, job title, location and hire date are corrected in place; the journal keeps what they
  were. A membership that begins today or later is corrected in place altogether.
- Language and time zone are first values: once people have chosen for themselves, files leave both alone.
- A missing column leaves what is known, an empty cell empties it (language and time zone excepted).
- Units are recognized by ``unit_code``, else by their names from the top in any case; missing ones are created. With a
  code a unit can be renamed and moved.
- One bad row keeps the whole file out.
"""

import hashlib

from django.db import IntegrityError, transaction

from people.audit import log
from people.clock import now
from people.models import Membership, PeopleImport, Unit, User
from people.news import announce
from people.queries.import_plan import ImportPlan, count, summary_of
from people.queries.import_planning import plan_people_import
from people.refusals import Refusal, Refused, require
from people.rules import may_apply_import, may_look_after_people
from people.services.import_writing import write_plan
from people.signals import memberships_changed

CHANGED_MEANWHILE = (
    "People data changed since the file was checked, so it would now do something else than what was shown. "
    "Nothing was applied: look at the new plan first."
)


class ImportRefused(Refused):
    """A file that cannot be applied. ``plan`` is the plan of this moment, with every problem."""

    def __init__(self, refusal: Refusal | str, plan: ImportPlan | None = None) -> None:
        super().__init__(refusal)
        self.plan = plan


def check_people_file(*, content: bytes) -> ImportPlan:
    """Return what applying ``content`` would do today, and every bad row. Writes nothing."""
    return plan_people_import(content)


def upload_people_file(*, content: bytes, file_name: str, actor: User) -> PeopleImport:
    """Check a file and keep it, so that the very same file can be applied after reading the plan.

    A file with problems is not kept, only its summary; neither are earlier files that the actor never applied.
    """
    with transaction.atomic():
        require(may_look_after_people(actor))
        plan = plan_people_import(content)
        PeopleImport.objects.filter(uploaded_by=actor, state=PeopleImport.State.CHECKED).update(content=b"")
        return PeopleImport.objects.create(
            uploaded_by=actor,
            uploaded_at=now(),
            file_name=file_name[-200:],
            content=b"" if plan.problems else content,
            sha256=hashlib.sha256(content).hexdigest(),
            summary=summary_of(plan),
        )


def apply_people_import(*, people_import: PeopleImport, actor: User) -> ImportPlan:
    """Apply an uploaded file, once. Raises ``ImportRefused`` and changes nothing when the plan is no longer the one
    that was shown; the new plan then replaces the stored summary."""
    try:
        with transaction.atomic():
            locked = PeopleImport.objects.select_for_update().get(pk=people_import.pk)
            require(may_apply_import(actor, locked))
            return _apply(bytes(locked.content), actor=actor, record=locked)
    except ImportRefused as refused:
        if refused.plan is not None:
            PeopleImport.objects.filter(pk=people_import.pk, state=PeopleImport.State.CHECKED).update(
                summary=summary_of(refused.plan)
            )
        raise


def apply_people_file(*, content: bytes, actor: User | None, file_name: str = "people.csv") -> ImportPlan:
    """Check and apply ``content`` at once, in one transaction; ``actor`` None stands for the command line.

    Raises ``ImportRefused`` with the plan when any row is bad, and ``Refused`` for actors who are no people lead.
    A file that changes nothing writes nothing.
    """
    with transaction.atomic():
        require(may_look_after_people(actor))
        record = PeopleImport(
            uploaded_by=actor,
            uploaded_at=now(),
            file_name=file_name[-200:],
            content=b"",
            sha256=hashlib.sha256(content).hexdigest(),
        )
        return _apply(content, actor=actor, record=record)


def _apply(content: bytes, *, actor: User | None, record: PeopleImport) -> ImportPlan:
    """Lock, plan again, compare with what was shown, write, record, announce."""
    for rows in (Unit.objects.all(), User.objects.all(), Membership.objects.open()):
        len(rows.select_for_update().order_by("pk").values_list("pk", flat=True))
    plan = plan_people_import(content)
    if plan.problems:
        problem = plan.problems[0]
        where = f"line {problem.line}{f', {problem.column}' if problem.column else ''}: " if problem.line else ""
        problems = count(len(plan.problems), "problem")
        raise ImportRefused(f"{problems} in the file, so nothing was applied. First: {where}{problem.reason}", plan)
    if record.pk and record.summary.get("fingerprint") != plan.fingerprint:
        raise ImportRefused(Refusal(CHANGED_MEANWHILE), plan)
    if not plan.has_changes and not record.pk:
        return plan
    try:
        with transaction.atomic():
            touched = write_plan(plan, actor=actor)
    except IntegrityError as error:
        raise ImportRefused(Refusal(CHANGED_MEANWHILE)) from error
    record.state = PeopleImport.State.APPLIED
    record.applied_at = now()
    record.summary = summary_of(plan)
    record.content = b""
    record.save()
    data = {name: record.summary[name] for name in ("created_count", "changed_count", "ended_count", "unit_count")}
    log(record, "people.apply_import", user=actor, data={**data, "sha256": record.sha256})
    if touched:
        announce(memberships_changed, person_ids=touched)
    return plan
