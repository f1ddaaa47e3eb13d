"""The story of the pilot, told up to a stage. Everything happens through services, at its own time in past weeks."""

from collections.abc import Iterable
from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.db import transaction
from wagtail.signal_handlers import disable_reference_index_auto_update

from cms.demo import answers, steering
from cms.demo.dates import FRIDAY, MONDAY, THURSDAY, TUESDAY, DemoDates, Stage
from cms.demo.elsewhere import learn_elsewhere
from cms.demo.people import COMPANY, LOGINS, PILOT_DEPARTMENTS, Person, address, company, people_file
from cms.demo.program import PilotProgram
from cms.demo.school import index_references, open_school
from cms.demo.training import PilotTraining
from cms.models import DemoCompany
from cms.services import set_up_site
from people.api import (
    EDITORS,
    PEOPLE_LEADS,
    PROJECT_LEADS,
    TRAINERS,
    OrganizationSettings,
    Persona,
    User,
    apply_people_file,
    assign_persona,
    clock_at,
    forget_organization,
    history,
    organization_zone,
    today,
)
from rollout.api import (
    Waiver,
    approve_waiver,
    follow_moves,
    open_enrollment,
    refresh_wave,
    reject_waiver,
    request_waiver,
    start_cycle,
)

TIME_ZONE = "Europe/Berlin"
GROUPS = {
    "lead": (PROJECT_LEADS,),
    "people_lead": (PEOPLE_LEADS,),
    "trainer": (TRAINERS,),
    "editor": (EDITORS,),
}
OWED_AT_TRAINING = {
    "people_lead": " (owes the last lesson of Leading with OKRs)",
    "coach": " (seen at work, not certified yet)",
}
"""Who still owes what at the stage of training; the people lead is the one role holder who is not trained."""

ORDER = (Stage.KICKOFF, Stage.TRAINING, Stage.FIRST_CYCLE, Stage.ROLLOUT)
DAYS_SINCE_SECOND_FILE = 9


@transaction.atomic
def load(stage: str, *, password: str) -> DemoCompany:
    """Build the company at ``stage``; everything or nothing. Everybody signs in with ``password``.

    Nothing is announced: what is told of past weeks sends no mail. Findings are read once at the end.
    """
    # Wagtail notes after every single save what refers to what; here once at the end is enough.
    with history(), disable_reference_index_auto_update():
        set_up_site()
        _settings()
        story = _Story(Stage(stage), DemoDates.of(stage, today(), organization_zone()))
        story.tell(password)
        index_references()
        return DemoCompany.objects.create(pk=1, stage=stage)


def _settings() -> None:
    settings = OrganizationSettings.objects.first() or OrganizationSettings()
    settings.company_name, settings.time_zone = COMPANY, TIME_ZONE
    settings.save()
    cache.clear()
    forget_organization()


class _Story:
    def __init__(self, stage: Stage, dates: DemoDates) -> None:
        self.stage = stage
        self.dates = dates
        self.first, self.second = company(dates.today)
        self.people: dict[str, User] = {}

    def reached(self, stage: Stage) -> bool:
        return ORDER.index(self.stage) >= ORDER.index(stage)

    def tell(self, password: str) -> None:
        self._hire()
        self._give_rights()
        with clock_at(self.dates.at(-13, MONDAY, 9)):
            school = open_school(editor=self.people["editor"])
        steering.keep_the_calendar(self.dates, self.people)
        pilot = PilotProgram.start(self.people, self.dates)
        pilot.assign("project_lead", self.people["deputy"], self.dates.at(-10, MONDAY, 11), is_deputy=True)
        pilot.say(*answers.PREREQUISITES)
        pilot.pass_gate(answers.PREREQUISITES_GATE)
        pilot.say(*answers.GOAL_BEGUN)
        if self.reached(Stage.TRAINING):
            self._prepare(pilot)
        if self.reached(Stage.TRAINING):
            training = PilotTraining(school, self.dates, self.people, self._roster(pilot))
            self._train(pilot, training)
            if self.reached(Stage.FIRST_CYCLE):
                self._begin_cycle(pilot, training)
            else:
                training.book_open_observation()
            if self.reached(Stage.ROLLOUT):
                self._end_cycle_and_look_ahead(pilot, training)
        self._apply_second_file()
        if self.reached(Stage.TRAINING):
            steering.hand_over_ahead(pilot)
            steering.start_a_second_program(pilot)
        learn_elsewhere(school, self.dates, self.people, has_trained=self.reached(Stage.TRAINING))
        User.objects.filter(email__in=[person.email for person in self.second]).update(password=make_password(password))
        refresh_wave(wave_id=pilot.wave.pk)

    # --- people -----------------------------------------------------------------------------------

    def _hire(self) -> None:
        with clock_at(self.dates.at(-14, MONDAY, 8)):
            apply_people_file(content=people_file(self.first), actor=None, file_name="people.csv")
        self._know(self.first)

    def _apply_second_file(self) -> None:
        with clock_at(self.dates.ago(DAYS_SINCE_SECOND_FILE, 8)):
            apply_people_file(content=people_file(self.second), actor=None, file_name="people-monthly.csv")
            follow_moves()
        self._know(self.second)

    def _know(self, people: Iterable[Person]) -> None:
        key_of = {person.email: person.key for person in people if person.key}
        self.people |= {key_of[user.email]: user for user in User.objects.filter(email__in=list(key_of))}

    def _give_rights(self) -> None:
        groups = {group.name: group for group in Group.objects.all()}
        for key, names in GROUPS.items():
            self.people[key].groups.add(*(groups[name] for name in names))
        staff = [self.people[key].pk for key in (*GROUPS, "admin")]
        User.objects.filter(pk__in=staff).update(is_staff=True)
        User.objects.filter(pk=self.people["admin"].pk).update(is_superuser=True)
        self._know(self.first)
        personas = {
            "sponsor": Persona.EXECUTIVE,
            "people_lead": Persona.PEOPLE_LEAD,
            "coach": Persona.COACH,
            "coach2": Persona.COACH,
            "coach3": Persona.COACH,
        }
        with clock_at(self.dates.at(-13, MONDAY, 8)):
            for key, persona in personas.items():
                assign_persona(person=self.people[key], persona=persona, actor=self.people["admin"])

    def _roster(self, pilot: PilotProgram) -> list[User]:
        """Everybody on the roster who is still there on the day of loading, in the order of the people file."""
        listed = User.objects.filter(pk__in=pilot.wave.roster.values("person_id"))
        users = {user.email: user for user in listed}
        return [users[person.email] for person in self.second if person.email in users and not person.left_on]

    # --- steps 1 to 4 -----------------------------------------------------------------------------

    def _prepare(self, pilot: PilotProgram) -> None:
        pilot.say(*answers.GOAL)
        held = pilot.hold_gate(answers.GOAL_HELD, revisit=(-8, FRIDAY))
        steering.lift(pilot, held)
        steering.hand_in_the_page_twice(pilot)
        pilot.pass_gate(answers.GOAL_GATE)
        steering.hand_over_for_the_holiday(pilot)
        pilot.set_parameters()
        pilot.list_members(PILOT_DEPARTMENTS)
        pilot.say(*answers.SCOPE)
        pilot.plan_calendar()
        pilot.pass_gate(answers.SCOPE_GATE, decided_by="stand_in")
        pilot.freeze()
        for key in ("coach", "coach2", "coach3"):
            pilot.assign("coach", self.people[key], self.dates.at(-7, FRIDAY, 16))
        pilot.assign("works_council", self.people["works_council"], self.dates.at(-7, FRIDAY, 16))
        steering.hire_a_consultant(pilot)
        pilot.say(*answers.PILOT_GROUP)
        pilot.pass_gate(answers.PILOT_GROUP_GATE)
        pilot.accept_charters()
        pilot.say(answers.PROCESSES_FIT, *answers.KEY_PEOPLE)
        pilot.pass_gate(answers.KEY_PEOPLE_GATE)

    # --- step 5 -----------------------------------------------------------------------------------

    def _train(self, pilot: PilotProgram, training: PilotTraining) -> None:
        with clock_at(self.dates.at(-5, 2, 17)):
            open_enrollment(wave=pilot.wave, actor=self.people["lead"])
        training.train_coaches()
        training.train_roster()
        training.train_role_holders()
        training.hold_sessions()
        steering.waive_at_low_and_high_risk(pilot)
        steering.talk_about_the_seats(pilot)
        self._waive(pilot)

    def _waive(self, pilot: PilotProgram) -> None:
        with clock_at(self.dates.at(-3, THURSDAY, 10)):
            waiver = request_waiver(
                item=pilot.items[answers.WAIVED_ITEM],
                actor=pilot.holder["coach"],
                reason=answers.WAIVER_REASON,
                risk=Waiver.Risk.MEDIUM,
                compensating_action=answers.WAIVER_ACTION,
                expires_on=self.dates.day(3, FRIDAY),
            )
        with clock_at(self.dates.at(-3, FRIDAY, 9)):
            approve_waiver(waiver=waiver, actor=self.people["sponsor"], reason=answers.WAIVER_APPROVAL)
        with clock_at(self.dates.at(-3, FRIDAY, 15)):
            self.asked = request_waiver(
                item=pilot.items[answers.ASKED_ITEM],
                actor=self.people["coach3"],
                reason=answers.ASKED_REASON,
                risk=Waiver.Risk.HIGH,
                compensating_action=answers.ASKED_ACTION,
                expires_on=self.dates.day(12, FRIDAY),
            )

    # --- steps 6 to 8 -----------------------------------------------------------------------------

    def _begin_cycle(self, pilot: PilotProgram, training: PilotTraining) -> None:
        training.finish_people_lead()
        training.plan_missing_session()
        training.certify_last_coach()
        training.train_stragglers()
        training.hold_last_sessions()
        with clock_at(self.dates.at(-2, FRIDAY, 12)):
            reject_waiver(waiver=self.asked, actor=self.people["sponsor"], reason=answers.ASKED_REJECTION)
        pilot.pass_gate(answers.COACHING_GATE)
        with clock_at(self.dates.at(0, MONDAY, 8)):
            start_cycle(wave=pilot.wave, actor=self.people["lead"])
        pilot.say(*answers.FIRST_CYCLE_BEGUN)
        pilot.plan_coach_sessions()

    def _end_cycle_and_look_ahead(self, pilot: PilotProgram, training: PilotTraining) -> None:
        pilot.say(*answers.FIRST_CYCLE_ENDED)
        pilot.pass_gate(answers.FIRST_CYCLE_GATE)
        pilot.say(*answers.REFLECTION)
        pilot.pass_gate(answers.REFLECTION_GATE)
        for place, person in enumerate(training.train_champions()):
            pilot.assign("champion", person, self.dates.at(27, TUESDAY, 9) + timedelta(hours=place))
        pilot.say(*answers.ROLLOUT_PLAN_BEGUN)


def logins(stage: str) -> list[tuple[str, str]]:
    """Return what each login is for, and its address; at the stage of training also what two of them still owe."""
    owed = OWED_AT_TRAINING if stage == Stage.TRAINING else {}
    return [(LOGINS[key][0] + owed.get(key, ""), address(key)) for key in LOGINS]
