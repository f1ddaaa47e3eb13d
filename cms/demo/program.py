"""The pilot's program as it is told: started, set up, answered question by question, and decided gate by gate."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import rollout
from cms.demo.answers import Gate, Said
from cms.demo.dates import CYCLE_WEEKS, FRIDAY, MONDAY, THURSDAY, TUESDAY, WEDNESDAY, DemoDates
from people.api import Membership, Unit, User, clock_at
from rollout.api import (
    ChecklistItem,
    ConditionTerms,
    GateDecision,
    GateSubmission,
    Program,
    RoleAssignment,
    Step,
    Wave,
    accept_charter,
    add_roster_members,
    assign_role,
    attest_item,
    claim_item,
    confirm_item,
    decide_gate,
    document_item,
    freeze_roster,
    import_playbook,
    plan_meetings,
    record_parameters,
    refresh_wave,
    set_wave_dates,
    start_program,
    submit_gate,
)

PLAYBOOK = Path(rollout.__file__).parent / "playbooks" / "eight_steps.yaml"
TITLE = "OKRs at Nordwind"
SLUG = "okr-nordwind"
GOAL = (
    "Teams notice in week 3, not in month 5, that a goal is slipping, and may act on it. Service and Product & "
    "Software show it first; everybody else decides afterwards, on what they can see."
)


class PilotProgram:
    """The program with its pilot wave, and ``people`` by the key of their role in the story."""

    def __init__(self, program: Program, people: dict[str, User], dates: DemoDates) -> None:
        self.program = program
        self.people = people
        self.dates = dates
        self.wave: Wave = program.waves.get(number=0)
        self.items = {item.key: item for item in ChecklistItem.objects.filter(step__wave=self.wave)}
        self.holder = {
            "sponsor": people["sponsor"],
            "project_lead": people["lead"],
            "people_lead": people["people_lead"],
            "works_council": people["works_council"],
            "coach": people["coach2"],
        }

    @classmethod
    def start(cls, people: dict[str, User], dates: DemoDates) -> "PilotProgram":
        """Start the program ten weeks before the first cycle, with sponsor, project lead and people lead."""
        with clock_at(dates.at(-11, FRIDAY, 10)):
            version = import_playbook(
                text=PLAYBOOK.read_text(encoding="utf-8"), actor=people["lead"], publish=True
            ).version
            program = start_program(
                title=TITLE, slug=SLUG, playbook_version=version, actor=people["lead"], goal=GOAL, approach="partial"
            )
        pilot = cls(program, people, dates)
        for role in ("project_lead", "sponsor", "people_lead"):
            pilot.assign(role, pilot.holder[role], dates.at(-10, MONDAY, 9))
        with clock_at(dates.at(-10, MONDAY, 10)):
            set_wave_dates(
                wave=pilot.wave,
                actor=people["lead"],
                starts_on=dates.start,
                ends_on=dates.day(CYCLE_WEEKS - 1, 6),
            )
        return pilot

    @property
    def lead(self) -> User:
        return self.people["lead"]

    def assign(self, role: str, person: User, moment: datetime, *, is_deputy: bool = False) -> None:
        """Give ``person`` a role of the program."""
        slot = self.program.role_slots.get(key=role)
        with clock_at(moment):
            assign_role(slot=slot, person=person, actor=self.lead, is_deputy=is_deputy)

    def accept_charters(self) -> None:
        """Everybody who holds a role has read its charter and accepts it."""
        held = RoleAssignment.objects.open().filter(slot__program=self.program).select_related("slot", "person")
        with clock_at(self.dates.at(-6, THURSDAY, 10)):
            for assignment in held:
                accept_charter(slot=assignment.slot, actor=assignment.person)

    def set_parameters(self) -> None:
        """Record what the pilot is measured against."""
        values = {
            "pilot_size": 110,
            "area": Unit.objects.get(kind=Unit.Kind.COMPANY),
            "duration_months": 7,
            "lead_time_weeks": 10,
            "cycle_length_months": 3,
            "success_score": Decimal("0.70"),
            "system_of_record": "OKR board in the intranet",
        }
        with clock_at(self.dates.at(-8, FRIDAY, 11)):
            record_parameters(program=self.program, actor=self.lead, values=values)

    def list_members(self, departments: Iterable[str]) -> None:
        """Put everybody who works in these departments onto the roster."""
        person_ids: set[int] = set()
        for department in Unit.objects.filter(name__in=list(departments), kind=Unit.Kind.DEPARTMENT):
            person_ids |= set(Membership.objects.open().within(department).values_list("person_id", flat=True))
        with clock_at(self.dates.at(-8, FRIDAY, 14)):
            add_roster_members(wave=self.wave, person_ids=person_ids, actor=self.lead)

    def freeze(self) -> None:
        with clock_at(self.dates.at(-7, FRIDAY, 15)):
            freeze_roster(wave=self.wave, actor=self.lead)

    def plan_calendar(self) -> None:
        """Fix all meetings of the first cycle: each team drafts and reviews on its own morning or afternoon."""
        teams = list(Unit.objects.filter(pk__in=self.wave.roster.values("team_id")).order_by("path"))
        weekdays = (TUESDAY, WEDNESDAY, THURSDAY)
        with clock_at(self.dates.at(-7, WEDNESDAY, 10)):
            self._plan("alignment_week", self.dates.at(0, MONDAY, 10), None)
            for place, team in enumerate(teams):
                weekday, hour = weekdays[place % 3], 8 + place % 5
                self._plan("planning", self.dates.at(-1, weekday, hour), team)
                self._plan("weekly", self.dates.at(1, MONDAY, 8 + place % 4, 15), team)
                self._plan("review", self.dates.at(CYCLE_WEEKS, weekday, hour), team)
                self._plan("retrospective", self.dates.at(CYCLE_WEEKS + 1, weekday, hour), team)

    def plan_coach_sessions(self) -> None:
        """The shift plan is out: every team gets its date with its coach in the middle of the cycle."""
        with clock_at(self.dates.at(2, TUESDAY, 11)):
            self._plan("coach_session", self.dates.at(5, TUESDAY, 14), None)

    def _plan(self, kind: str, first_start: datetime, team: Unit | None) -> None:
        plan_meetings(
            wave=self.wave,
            kind=kind,
            first_start=first_start,
            actor=self.lead,
            teams=None if team is None else [team],
        )

    def say(self, *answers: Said) -> None:
        """Let the responsible people answer, and the second person confirm where one is asked for."""
        for said in answers:
            item = self.items[said.item]
            moment = self.dates.at(said.week, said.day, 11)
            actor = self.holder[item.responsible]
            with clock_at(moment):
                match item.verification:
                    case ChecklistItem.Verification.ATTEST:
                        attest_item(item=item, actor=actor, text=said.text)
                    case ChecklistItem.Verification.DOCUMENT:
                        document_item(item=item, actor=actor, text=said.text, link=said.link)
                    case ChecklistItem.Verification.FOUR_EYES:
                        claim_item(item=item, actor=actor, text=said.text, link=said.link)
            if said.confirmed:
                with clock_at(self._next_workday(said)):
                    confirm_item(item=item, actor=self.holder[item.confirmed_by], text=said.confirmed)

    def _next_workday(self, said: Said) -> datetime:
        if said.day >= FRIDAY:
            return self.dates.at(said.week + 1, MONDAY, 9)
        return self.dates.at(said.week, said.day + 1, 9)

    def hold_gate(self, gate: Gate, revisit: tuple[int, int]) -> GateDecision:
        """Let the lead submit the gate and the sponsor hold it until a day."""
        submission = self._submit(gate)
        with clock_at(self.dates.at(*gate.decided, 16)):
            return decide_gate(
                submission=submission,
                outcome=GateDecision.Outcome.HOLD,
                actor=self.people["sponsor"],
                reason=gate.reason,
                revisit_on=self.dates.day(*revisit),
            )

    def _submit(self, gate: Gate) -> GateSubmission:
        step = Step.objects.get(wave=self.wave, key=gate.step)
        with clock_at(self.dates.at(*gate.submitted, 14)):
            refresh_wave(wave_id=self.wave.pk)
            return submit_gate(step=step, actor=self.lead, message=gate.message)

    def pass_gate(self, gate: Gate, *, decided_by: str = "sponsor") -> GateDecision:
        """Let the lead submit the gate and the sponsor, or who decides for them, pass it: go, or a conditional go when
        conditions are named."""
        submission = self._submit(gate)
        terms = [
            ConditionTerms(item=self.items[key], owner=self.holder["people_lead"], due_on=self.dates.day(*due))
            for key, due in gate.conditions.items()
        ]
        outcome = GateDecision.Outcome.CONDITIONAL_GO if terms else GateDecision.Outcome.GO
        with clock_at(self.dates.at(*gate.decided, 16)):
            return decide_gate(
                submission=submission,
                outcome=outcome,
                actor=self.people[decided_by],
                reason=gate.reason,
                conditions=terms,
            )
