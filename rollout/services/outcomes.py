"""What a gate decision changes in the steps of its wave. Called with program, wave and step locked."""

from collections.abc import Iterable

from django.db.models import QuerySet

from people.api import User, in_words, now, today
from rollout.models import GateDecision, GateSubmission, Program, Step, Wave
from rollout.rules.regression import Cause, Kind
from rollout.services.suspicion import call_into_question, settle

Outcome = GateDecision.Outcome
State = Step.State


def take_effect(decision: GateDecision) -> None:
    """Pass the step and open the next, open an earlier one again, or stop the program. A hold changes nothing."""
    match decision.outcome:
        case Outcome.GO:
            _pass(decision.step, State.PASSED)
        case Outcome.CONDITIONAL_GO:
            _pass(decision.step, State.PASSED_WITH_CONDITIONS)
        case Outcome.RETURN if decision.return_to is not None:
            _reopen(decision, decision.step, decision.return_to)
        case Outcome.STOP:
            _stop(decision.step)


def open_submissions(*, step_ids: Iterable[int]) -> QuerySet[GateSubmission]:
    """Return the undecided submissions of the steps, locked."""
    return _open_submissions().filter(step__in=list(step_ids))


def close_submission(submission: GateSubmission, *, by: User | None, because: str) -> None:
    """Mark a submission as taken back; ``by`` None is the product itself."""
    submission.state, submission.closed_at = GateSubmission.State.WITHDRAWN, now()
    submission.closed_by, submission.closed_because = by, because[:1000]
    submission.save(update_fields=["state", "closed_at", "closed_by", "closed_because"])


def _pass(step: Step, state: State) -> None:
    step.state, step.passed_at, step.suspect_because = state, now(), ""
    step.save(update_fields=["state", "passed_at", "suspect_because"])
    settle(step)
    open_next(step)


def open_next(step: Step) -> None:
    """Open the step after a passed one, unless it is open already. For callers that hold the locks."""
    following = (
        Step.objects.select_for_update(no_key=True)
        .filter(wave_id=step.wave_id, number__gt=step.number)
        .order_by("number")
        .first()
    )
    if following is not None and following.state == State.LOCKED:
        following.state, following.suspect_because = State.OPEN, ""
        following.opened_at = following.opened_at or now()
        following.save(update_fields=["state", "opened_at", "suspect_because"])


def _reopen(decision: GateDecision, step: Step, return_to: Step) -> None:
    """Open the target again. Later gates that were passed become suspect, later open steps wait again; statements,
    evidence and dates of all of them stay."""
    cause = f"“{return_to}” was reopened on {in_words(today())}: {decision.reason}"[:1000]
    affected = Step.objects.select_for_update(no_key=True).filter(wave_id=step.wave_id, number__gte=return_to.number)
    for one in affected.order_by("pk"):
        if one.pk == return_to.pk:
            settle(one)
            one.state, one.suspect_because = State.OPEN, "" if one.pk == step.pk else cause
            one.opened_at = one.opened_at or now()
        elif one.state in (*Step.PASSED_STATES, State.SUSPECT):
            doubt = Cause(Kind.REOPENED, f"decision-{decision.pk}", cause, today())
            call_into_question(one, [doubt], by=decision.decided_by)
            continue
        elif one.state == State.OPEN:
            one.state, one.suspect_because = State.LOCKED, cause
        else:
            continue
        one.save(update_fields=["state", "suspect_because", "opened_at"])
    for waiting in _open_submissions().filter(step__wave_id=step.wave_id, step__number__gte=return_to.number):
        close_submission(waiting, by=decision.decided_by, because=cause)


def _stop(step: Step) -> None:
    """Stop the program: what is passed stays passed, everything else in every wave stops where it stands."""
    program = step.wave.program
    program.state = Program.State.STOPPED
    program.save(update_fields=["state"])
    list(Wave.objects.select_for_update(no_key=True).filter(program=program).order_by("pk"))
    steps = Step.objects.select_for_update(no_key=True).filter(wave__program=program)
    for one in steps.exclude(state__in=(*Step.PASSED_STATES, State.LOCKED)).order_by("pk"):
        one.state = State.STOPPED
        one.save(update_fields=["state"])
    for waiting in _open_submissions().filter(step__wave__program=program):
        close_submission(waiting, by=None, because=f"{program.title} was stopped.")


def _open_submissions() -> QuerySet[GateSubmission]:
    return (
        GateSubmission.objects.select_for_update(of=("self",), no_key=True)
        .filter(state=GateSubmission.State.OPEN)
        .order_by("pk")
    )
