"""Who may set up a program, and when its commitments may be made. Asked by services and templates alike."""

from collections.abc import Sequence

from django.urls import reverse

from people.api import PROJECT_LEADS, Answer, Refusal, User, in_group, in_words
from rollout.models import PlaybookVersion, Program, Step, Wave
from rollout.models.playbook_content import StepContent
from rollout.queries.holders import PROJECT_LEAD, SPONSOR, Holders, holders_in
from rollout.queries.programs import content_of

OPEN_ENROLLMENT = "open_enrollment"
START_CYCLE = "start_cycle"

DEEDS = {OPEN_ENROLLMENT: "Enrollment can be opened", START_CYCLE: "The first cycle can be started"}


def may_edit_playbooks(actor: User | None) -> Answer:
    """Project leads and administrators; None is the operator at the command line."""
    if actor is None or actor.is_superuser or in_group(actor, PROJECT_LEADS):
        return True
    return Refusal(
        "Playbooks are edited by project leads, and you are not in that group yet.",
        owed_by="an administrator, who can add you to the group Project leads",
    )


def may_start_from(version: PlaybookVersion) -> Answer:
    """Programs follow a published version, because that never changes under them."""
    if version.state == PlaybookVersion.State.PUBLISHED:
        return True
    return Refusal(f"{version} is still a draft. Publish it first; a program follows a version that never changes.")


def is_not_stopped(program: Program) -> Answer:
    """A stopped program stays as it was when it was stopped. A paused one may be prepared."""
    if program.state != Program.State.STOPPED:
        return True
    return Refusal(f"{program.title} was stopped, so nothing in it can be changed any more.")


def is_running_or_refusal(program: Program, *, holders: Holders | None = None) -> Answer:
    """Whether deeds that commit people or set dates are possible: not in a stopped program, and not in a paused one,
    whose refusal names who resumes it. No query while the program runs, 2 when it is paused and ``holders`` are not
    at hand."""
    if program.state == Program.State.RUNNING:
        return True
    if program.state == Program.State.STOPPED:
        return is_not_stopped(program)
    holders = holders or holders_in(program.pk)
    since = f" since {in_words(program.paused_on)}" if program.paused_on else ""
    return Refusal(
        f"{program.title} is paused{since}: its clocks stand still, and nothing is decided, committed or scheduled "
        "until it is resumed. Questions can be answered meanwhile.",
        owed_by=holders.names(PROJECT_LEAD, SPONSOR) or holders.title(PROJECT_LEAD),
        fix_label="See the pause",
        fix_url=reverse("rollout:pause", args=[program.slug]),
    )


def may_pause(actor: User, program: Program, *, holders: Holders | None = None) -> Answer:
    """The project lead, the sponsor, their deputies and administrators stop the clocks of a running program."""
    if program.state == Program.State.PAUSED:
        return Refusal(f"{program.title} is paused already.")
    return is_not_stopped(program) and _steers(actor, program, "paused", holders)


def may_resume(actor: User, program: Program, *, holders: Holders | None = None) -> Answer:
    """Whoever may pause a program also resumes it."""
    if program.state == Program.State.RUNNING:
        return Refusal(f"{program.title} is running, so there is nothing to resume.")
    return is_not_stopped(program) and _steers(actor, program, "resumed", holders)


def _steers(actor: User, program: Program, deed: str, holders: Holders | None) -> Answer:
    if not actor.is_active:
        return Refusal("Your account is closed.")
    holders = holders or holders_in(program.pk)
    if actor.is_superuser or holders.holds(actor.pk, PROJECT_LEAD, SPONSOR):
        return True
    return Refusal(
        f"{program.title} is {deed} by its project lead or its sponsor.",
        owed_by=holders.names(PROJECT_LEAD, SPONSOR) or "an administrator, as both roles are vacant",
    )


def may_set_up(actor: User, program: Program, *, holders: Holders | None = None) -> Answer:
    """Change parameters, roles and rosters: the project lead or their deputy, and administrators. While nobody is
    project lead, the person who started the program. Preparation, so possible while the program is paused."""
    if (answer := is_not_stopped(program)) is not True:
        return answer
    if not actor.is_active:
        return Refusal("Your account is closed.")
    if actor.is_superuser:
        return True
    holders = holders or holders_in(program.pk)
    if holders.holds(actor.pk, PROJECT_LEAD):
        return True
    if names := holders.names(PROJECT_LEAD):
        return Refusal(f"This is changed by the project lead of {program.title}.", owed_by=names)
    if actor.pk == program.created_by_id:
        return True
    return Refusal(
        f"This is changed by the project lead of {program.title}, and that role is vacant.",
        owed_by=program.created_by.get_full_name(),
        fix_label="Name a project lead",
        fix_url=reverse("rollout:roles", args=[program.slug]),
    )


def may_set_dates(actor: User, program: Program, *, holders: Holders | None = None) -> Answer:
    """Change dates and meetings: whoever may set the program up, while its clocks run."""
    if (answer := may_set_up(actor, program, holders=holders)) is not True:
        return answer
    return is_running_or_refusal(program, holders=holders)


def may_set_wave_dates(actor: User, wave: Wave, *, holders: Holders | None = None) -> Answer:
    """Set the days of the first cycle, until it has been started."""
    if (answer := may_set_dates(actor, wave.program, holders=holders)) is not True:
        return answer
    if wave.cycle_started_at is not None:
        return Refusal("The first cycle has been started, so its dates stay as they are.")
    return True


def may_change_roster(actor: User, wave: Wave, *, holders: Holders | None = None) -> Answer:
    """Add and remove people freely until the roster is frozen."""
    if (answer := may_set_up(actor, wave.program, holders=holders)) is not True:
        return answer
    if wave.roster_frozen_on is not None:
        return Refusal(
            "The roster is frozen. Somebody who comes later is added as a joiner and counts after 30 days; somebody "
            "who goes is recorded as a leaver.",
            fix_label="Look at the roster",
            fix_url=reverse("rollout:roster", args=[wave.program.slug, wave.number]),
        )
    return True


def may_record_moves(actor: User | None, wave: Wave, *, holders: Holders | None = None) -> Answer:
    """Record joiners and leavers of a frozen roster; None is the product itself, following the people file."""
    answer = is_not_stopped(wave.program) if actor is None else may_set_up(actor, wave.program, holders=holders)
    if answer is not True:
        return answer
    if wave.roster_frozen_on is None:
        return Refusal("The roster is not frozen yet, so people are simply added to it or removed from it.")
    return True


def carrier_step(wave: Wave, commitment: str, steps: Sequence[Step] | None = None) -> tuple[StepContent, Step] | None:
    """Return the step that carries a commitment, as the playbook has it and as the wave runs it."""
    content = content_of(wave.program.playbook_version).carrier_of(commitment)
    if content is None:
        return None
    rows = wave.steps.all() if steps is None else steps
    step = next((step for step in rows if step.key == content.key), None)
    return None if step is None else (content, step)


def is_unlocked(wave: Wave, commitment: str, *, steps: Sequence[Step] | None = None) -> Answer:
    """A commitment is locked until the gates before the step that carries it are passed, and none of them is suspect
    (product.md, rules 8 and 9). Preparation is not."""
    rows = list(wave.steps.order_by("number")) if steps is None else steps
    found = carrier_step(wave, commitment, rows)
    deed = DEEDS[commitment]
    if found is None:
        return Refusal(f"{deed} only at a step that the playbook names, and this playbook names none.")
    _, carrier = found
    before = [step for step in rows if step.number < carrier.number]
    suspect = next((step for step in (*before, carrier) if step.state == Step.State.SUSPECT), None)
    if suspect is not None:
        return Refusal(
            f"{deed} when the gate of “{suspect.title}” is confirmed again; it has become suspect. "
            f"{suspect.suspect_because}".strip(),
            fix_label="Go to that gate",
            fix_url=_gate_url(wave, suspect),
        )
    if carrier.state in (Step.State.OPEN, *Step.PASSED_STATES):
        return True
    waiting = next((step for step in before if step.state not in Step.PASSED_STATES), None)
    if waiting is None:
        return Refusal(f"{deed} once step {carrier.number}, “{carrier.title}”, is open.")
    return Refusal(
        f"{deed} once step {carrier.number}, “{carrier.title}”, is open. Until then everything can be prepared. "
        f"The gate of step {waiting.number}, “{waiting.title}”, has to be passed first.",
        fix_label="Go to that gate",
        fix_url=_gate_url(wave, waiting),
    )


def _gate_url(wave: Wave, step: Step) -> str:
    return reverse("rollout:gate", args=[wave.program.slug, wave.number, step.key])


def may_open_enrollment(
    actor: User, wave: Wave, *, steps: Sequence[Step] | None = None, holders: Holders | None = None
) -> Answer:
    """Enroll the roster and the role holders: a commitment. Needs a frozen roster."""
    if (answer := may_set_dates(actor, wave.program, holders=holders)) is not True:
        return answer
    if (answer := is_unlocked(wave, OPEN_ENROLLMENT, steps=steps)) is not True:
        return answer
    if wave.roster_frozen_on is None:
        return Refusal(
            "Enrollment is for the people on the roster, and the roster is not frozen yet.",
            fix_label="Freeze the roster",
            fix_url=reverse("rollout:roster", args=[wave.program.slug, wave.number]),
        )
    return True


def may_start_cycle(
    actor: User, wave: Wave, *, steps: Sequence[Step] | None = None, holders: Holders | None = None
) -> Answer:
    """Start the wave's first cycle: a commitment. Needs the cycle's dates, and happens once."""
    if (answer := may_set_dates(actor, wave.program, holders=holders)) is not True:
        return answer
    if wave.cycle_started_at is not None:
        return Refusal("The first cycle has been started already.")
    if (answer := is_unlocked(wave, START_CYCLE, steps=steps)) is not True:
        return answer
    if wave.starts_on is None:
        return Refusal(
            "The first cycle has no dates yet.",
            fix_label="Set the dates",
            fix_url=reverse("rollout:wave_dates", args=[wave.program.slug, wave.number]),
        )
    return True
