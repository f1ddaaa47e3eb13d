"""Calling a passed gate into question: a look at everything that is affected, then the deed. Nothing is reset."""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction

from courses import api as courses
from people.api import Refusal, Refused, User, announce, in_words, log, now, require, today
from rollout.models import Condition, DossierEntry, GateSubmission, Reopening, Step
from rollout.queries.holders import holders_in
from rollout.rules.acting import acting_for
from rollout.rules.evaluation import day_of
from rollout.rules.regression import Cause, Kind
from rollout.rules.suspicion import may_reopen, reopening_roles
from rollout.services.dossiers import record_in_dossier
from rollout.services.evaluation import wave_context
from rollout.services.gates import withdraw_because
from rollout.services.locks import lock_step
from rollout.services.suspicion import STANDING_STATES, call_into_question
from rollout.signals import wave_changed


@dataclass(frozen=True)
class AffectedStep:
    """A gate that becomes, or stays, suspect."""

    key: str
    number: int
    title: str
    was: str
    was_in_words: str


@dataclass(frozen=True)
class ReopeningPreview:
    """Everything that reopening a gate touches. ``digest`` marks what was on screen; it changes when any of it does."""

    steps: tuple[AffectedStep, ...]
    """This gate and the later passed ones that it feeds: each has to be confirmed or decided again."""
    waiting: tuple[str, ...]
    """Later steps that stay open; their gates cannot be passed before."""
    submissions: tuple[str, ...]
    """Submissions that are withdrawn."""
    conditions: tuple[str, ...]
    """Open conditions of these gates. They stay, with owner and date."""
    commitments: tuple[str, ...]
    """What was promised to people on the strength of these gates. It stays; new commitments wait."""
    people: tuple[str, ...]
    """Who was told of it."""

    @property
    def digest(self) -> str:
        text = json.dumps(self.as_data(), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def as_data(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        data: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return data


def preview_reopening(*, step: Step) -> ReopeningPreview:
    """Say what reopening the gate of ``step`` would affect. Changes nothing.

    Fetch ``step`` with ``select_related("wave__program__playbook_version")``. At most 11 queries.
    """
    later = list(Step.objects.filter(wave_id=step.wave_id, number__gte=step.number).order_by("number"))
    affected = [one for one in later if one.state in STANDING_STATES]
    submissions = (
        GateSubmission.objects.filter(step__in=later, state=GateSubmission.State.OPEN)
        .select_related("step", "submitted_by")
        .defer("snapshot")
        .order_by("step__number", "pk")
    )
    conditions = (
        Condition.objects.filter(decision__step__in=affected, met_at__isnull=True)
        .select_related("item", "owner")
        .order_by("due_on", "pk")
    )
    commitments, people = _commitments(step)
    return ReopeningPreview(
        steps=tuple(
            AffectedStep(one.key, one.number, one.title, str(one.state), one.get_state_display()) for one in affected
        ),
        waiting=tuple(str(one) for one in later if one.state == Step.State.OPEN),
        submissions=tuple(
            f"Step {one.step.number}, {one.step.title}: submitted by {one.submitted_by.get_full_name()} on "
            f"{in_words(day_of(one.submitted_at))}."
            for one in submissions
        ),
        conditions=tuple(
            f"“{one.item.question}” ({one.owner.get_full_name()}, until {in_words(one.due_on)})." for one in conditions
        ),
        commitments=tuple(commitments),
        people=tuple(people),
    )


def _commitments(step: Step) -> tuple[list[str], list[str]]:
    wave = step.wave
    commitments: list[str] = []
    people: list[str] = []
    context = wave_context(wave)
    if wave.enrollment_opened_at is not None:
        enrolled = len({person for ids in context.training.enrolled.values() for person in ids})
        commitments.append(
            f"Enrollment was opened on {in_words(day_of(wave.enrollment_opened_at))}; {_people(enrolled)} enrolled."
        )
        people.append(f"{_people(enrolled)} asked to finish their training: it stands on their Today page.")
    sessions = [
        one for one in courses.planned_sessions(course_keys=sorted(context.courses)) if day_of(one.starts_at) >= today()
    ]
    if sessions:
        booked = sum(one.booked for one in sessions)
        number = "1 training session is" if len(sessions) == 1 else f"{len(sessions)} training sessions are"
        commitments.append(f"{number} planned from today on, the first on {in_words(day_of(sessions[0].starts_at))}.")
        if booked:
            people.append(f"{'1 seat is' if booked == 1 else f'{booked} seats are'} booked in these sessions.")
    if wave.cycle_started_at is not None:
        members = len(context.roster)
        commitments.append(f"The first cycle was started on {in_words(day_of(wave.cycle_started_at))}.")
        people.append(f"{_people(members)} on the roster told that the first cycle runs.")
    return commitments, people


def _people(number: int) -> str:
    return "1 person was" if number == 1 else f"{number:,} people were"


@transaction.atomic
def reopen_step(*, step: Step, actor: User, reason: str, acknowledged: str) -> Reopening:
    """Call a passed gate into question: it and the later ones it feeds become suspect, with the cause in words.

    ``acknowledged`` is the ``digest`` of the preview that was on screen; when something has changed since, the deed is
    refused. Answers, evidence, waivers, conditions and commitments stay; open submissions of this and later gates are
    withdrawn; new commitments wait. Refused without a reason, for a gate that has not passed, and for anybody but the
    roles that submit or decide it.
    """
    step = lock_step(step.pk)
    holders = holders_in(step.wave.program_id)
    require(may_reopen(actor, step, holders=holders))
    if not reason.strip():
        raise Refused("Say why the gate is reopened: the people who worked on it will read it.")
    preview = preview_reopening(step=step)
    if acknowledged != preview.digest:
        raise Refused(
            Refusal(
                "What reopening affects has changed since you looked at it, so nothing was done. Look at it once more; "
                "your reason is still here."
            )
        )
    acting = acting_for(actor, holders, reopening_roles(step))
    reopening = Reopening.objects.create(
        step=step,
        reopened_by=actor,
        acting_for=acting.principal if acting else None,
        reopened_at=now(),
        reason=reason.strip(),
        preview=preview.as_data(),
        preview_sha256=preview.digest,
    )
    because = f"“{step}” was reopened by {actor.get_full_name()} on {in_words(today())}: {reason.strip()}"
    cause = Cause(Kind.REOPENED, f"reopening-{reopening.pk}", because, today())
    later = Step.objects.select_for_update(no_key=True).filter(wave_id=step.wave_id, number__gte=step.number)
    for one in later.order_by("pk"):
        one.wave = step.wave
        call_into_question(one, [cause], by=actor)
    waiting = (
        GateSubmission.objects.select_for_update(of=("self",), no_key=True)
        .filter(step__wave_id=step.wave_id, step__number__gte=step.number, state=GateSubmission.State.OPEN)
        .order_by("pk")
    )
    for submission in waiting:
        withdraw_because(submission=submission, because=because)
    data = {
        "reopening_id": reopening.pk,
        "reason": reopening.reason,
        "acting_for": reopening.acting_for_id,
        "suspect": [one.key for one in preview.steps],
    }
    log(step, "rollout.step_reopened", user=actor, data=data)
    record_in_dossier(
        program=step.wave.program,
        kind=DossierEntry.Kind.REOPENING,
        action="rollout.step_reopened",
        facts={**data, "preview": reopening.preview, "preview_sha256": reopening.preview_sha256},
        step=step,
        by=actor,
        acting_for=reopening.acting_for,
    )
    announce(wave_changed, wave_id=step.wave_id)
    return reopening
