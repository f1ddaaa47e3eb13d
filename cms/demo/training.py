"""How the pilot learns: sessions and seats, who has finished, who is half way, the coaches' way to a certificate."""

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from certification.api import Candidacy, Observation, book_observation, issue_if_due, open_candidacy, record_observation
from cms.demo.answers import QUOTES
from cms.demo.dates import FRIDAY, MONDAY, THURSDAY, TUESDAY, WEDNESDAY, DemoDates
from cms.demo.people import SEED
from cms.demo.school import OBSERVATION, School
from courses.api import WorkshopSession, book_seat, plan_session, record_attendance
from people.api import User, clock_at

CONSULTANT = "Ilse Vandermeer, Kompass Consulting"
SEATS = 12
SEATS_OF_THE_MISSING_SESSION = 15
NOT_FINISHED = 15
NOT_BEGUN = 6
TRAINER_COURSES = ("okr-foundations", "okr-key-results", "okr-coach-training")
COACH_COURSES = ("okr-foundations", "okr-key-results", "okr-rhythm", "okr-alignment", "okr-coach-training")
PLACES = ("Room Föhr", "Room Amrum", "Training hall, test bench")
HELD = ((-5, THURSDAY), (-4, TUESDAY), (-4, THURSDAY), (-3, MONDAY), (-3, WEDNESDAY), (-3, FRIDAY))
"""Six of the eight sessions took place; two are ahead at the stage of training."""


class PilotTraining:
    """``roster`` is everybody who counts, in a settled order; ``people`` are those of the story."""

    def __init__(self, school: School, dates: DemoDates, people: dict[str, User], roster: Sequence[User]) -> None:
        self.school = school
        self.dates = dates
        self.people = people
        keyed = {person.pk for person in people.values()}
        ordinary = [person for person in roster if person.pk not in keyed]
        self.random = random.Random(SEED)  # nosec B311 - the same people every time
        self.unfinished = self.random.sample(ordinary, NOT_FINISHED)
        behind = {person.pk for person in self.unfinished}
        self.finishers = [person for person in roster if person.pk not in behind]

    # --- courses ------------------------------------------------------------------------------------

    def train_roster(self) -> None:
        """95 of 110 finish the foundations in weeks -5 to -3, nine get half way, six do not begin."""
        begin, last = self.dates.at(-5, THURSDAY, 8), self.dates.at(-3, FRIDAY, 16)
        coaches = {self.people[key].pk for key in ("coach", "coach2", "coach3")}
        for person in self.finishers:
            if person.pk in coaches:
                continue
            start = begin + (last - begin) * (self.random.random() * 0.6)
            self.school.learn(person, "okr-foundations", begin=start, end=start + (last - begin) * 0.4)
        for place, person in enumerate(self.unfinished[NOT_BEGUN:]):
            start = begin + (last - begin) * (self.random.random() * 0.6)
            done = 1 + place % 5
            self.school.learn(person, "okr-foundations", begin=start, end=start + timedelta(days=3), last=done)

    def train_stragglers(self) -> None:
        """Those who were half way finish in the last days before the cycle."""
        begin, end = self.dates.at(-2, TUESDAY, 8), self.dates.at(-1, THURSDAY, 16)
        for place, person in enumerate(self.unfinished[NOT_BEGUN:]):
            self.school.learn(person, "okr-foundations", begin=begin, end=end, first=1 + place % 5)

    def train_role_holders(self) -> None:
        """Sponsor and lead finish what their roles ask for; the people lead still owes the last lesson."""
        begin, end = self.dates.at(-5, THURSDAY, 8), self.dates.at(-3, THURSDAY, 17)
        self.school.learn(self.people["sponsor"], "okr-leading", begin=begin, end=end)
        self.school.learn_all(
            self.people["lead"], ("okr-foundations", "okr-leading", "okr-rhythm"), begin=begin, end=end
        )
        self.school.learn(self.people["people_lead"], "okr-foundations", begin=begin, end=begin + timedelta(days=6))
        self.school.learn(self.people["people_lead"], "okr-leading", begin=begin + timedelta(days=7), end=end, last=-1)

    def finish_people_lead(self) -> None:
        begin = self.dates.at(-2, WEDNESDAY, 15)
        lessons = len(self.school.courses["okr-leading"].versions.first().lessons)
        self.school.learn(
            self.people["people_lead"], "okr-leading", begin=begin, end=begin + timedelta(hours=1), first=lessons - 1
        )

    def train_champions(self) -> list[User]:
        """Three people of the second half of the roster learn what champions need, and are returned."""
        keyed = {person.pk for person in self.people.values()}
        champions = [person for person in self.finishers[60:] if person.pk not in keyed][:30:10]
        for person in champions:
            begin, end = self.dates.at(24, MONDAY, 9), self.dates.at(26, FRIDAY, 15)
            self.school.learn(person, "okr-key-results", begin=begin, end=end)
        return champions

    # --- sessions -----------------------------------------------------------------------------------

    def hold_sessions(self) -> None:
        """Plan eight sessions for 96 people, fourteen seats short; hold the six that lie in the past.

        While the cycle is ahead, the last two take place in the days after the day of loading.
        """
        if self.dates.start > self.dates.today:
            ahead = [self.dates.workday(1), self.dates.workday(4)]
        else:
            ahead = [self.dates.day(-2, TUESDAY), self.dates.day(-2, THURSDAY)]
        days = [self.dates.day(*when) for when in HELD] + ahead
        groups = [self._seated(number) for number in range(len(days))]
        sessions = [self._plan(number, day, SEATS) for number, day in enumerate(days)]
        for session, group in zip(sessions, groups, strict=True):
            with clock_at(min(session.starts_at - timedelta(days=3), self.dates.ago(1, 9))):
                for person in group:
                    book_seat(session=session, person=person, actor=person)
        for session, group in zip(sessions[: len(HELD)], groups, strict=False):
            self._hold(session, group)

    def _seated(self, number: int) -> list[User]:
        """The coaches sit in the consultant's first session: their own trainer may observe them later."""
        coaches = [self.people[key] for key in ("coach", "coach2", "coach3")]
        others = [person for person in self.finishers if person not in coaches]
        if number == 0:
            return coaches + others[: SEATS - len(coaches)]
        first = SEATS - len(coaches) + (number - 1) * SEATS
        return others[first : first + SEATS]

    def _plan(self, number: int, day: date, seats: int) -> WorkshopSession:
        by_consultant = number in (0, 3)
        with clock_at(self.dates.at(-5, WEDNESDAY, 10)):
            return plan_session(
                course=self.school.courses["okr-foundations"],
                title=f"OKR foundations, practice afternoon {number + 1}",
                starts_at=self.dates.on(day, 13),
                ends_at=self.dates.on(day, 15, 30),
                place=PLACES[number % len(PLACES)],
                seats=seats,
                actor=self.people["people_lead"],
                lead_trainer=None if by_consultant else self.people["trainer"],
                external_trainer=CONSULTANT if by_consultant else "",
            )

    def _hold(self, session: WorkshopSession, group: Sequence[User]) -> None:
        with clock_at(session.ends_at + timedelta(minutes=20)):
            attended = [person.pk for person in group[:-1]]
            record_attendance(session=session, attended_ids=attended, actor=self.people["people_lead"])

    def plan_missing_session(self) -> None:
        """The ninth session brings the missing seats, and those who had none so far."""
        begins = self.dates.at(-1, WEDNESDAY, 13)
        with clock_at(self.dates.at(-2, WEDNESDAY, 16)):
            session = plan_session(
                course=self.school.courses["okr-foundations"],
                title="OKR foundations, practice afternoon 9",
                starts_at=begins,
                ends_at=begins + timedelta(hours=2, minutes=30),
                place=PLACES[0],
                seats=SEATS_OF_THE_MISSING_SESSION,
                actor=self.people["people_lead"],
                lead_trainer=self.people["trainer"],
            )
            for person in self.unfinished[:SEATS_OF_THE_MISSING_SESSION]:
                book_seat(session=session, person=person, actor=self.people["people_lead"])
        self._hold(session, self.unfinished[:SEATS_OF_THE_MISSING_SESSION])

    def hold_last_sessions(self) -> None:
        """At later stages the two sessions that were ahead are over, too."""
        for session in WorkshopSession.objects.filter(state=WorkshopSession.State.PLANNED):
            booked = [booking.person for booking in session.bookings.select_related("person").order_by("pk")]
            self._hold(session, booked)

    # --- coaches ------------------------------------------------------------------------------------

    def train_coaches(self) -> None:
        """All three finish their five courses; two are observed and certified, and the first of them then observes
        the trainer, whom nobody certified could watch before."""
        ends = {"coach2": (-4, THURSDAY), "coach3": (-3, MONDAY), "coach": (-3, THURSDAY)}
        for key, end in ends.items():
            coach = self.people[key]
            with clock_at(self.dates.at(-5, WEDNESDAY, 12)):
                candidacy = open_candidacy(person=coach, certification=self.school.certification, actor=coach)
            self.school.learn_all(
                coach, COACH_COURSES, begin=self.dates.at(-5, WEDNESDAY, 13), end=self.dates.at(*end, 12)
            )
            if key != "coach":
                self.observe(candidacy, self._book(candidacy, self.dates.at(*end, 14)), key, self.dates.at(*end, 17))
        self._certify_trainer()

    def _certify_trainer(self) -> None:
        trainer = self.people["trainer"]
        with clock_at(self.dates.at(-5, WEDNESDAY, 12)):
            candidacy = open_candidacy(person=trainer, certification=self.school.certification, actor=trainer)
        self.school.learn_all(
            trainer, TRAINER_COURSES, begin=self.dates.at(-5, WEDNESDAY, 13), end=self.dates.at(-4, WEDNESDAY, 12)
        )
        observation = self._book(candidacy, self.dates.at(-3, WEDNESDAY, 16), observer="coach2")
        self.observe(candidacy, observation, "trainer", self.dates.at(-3, THURSDAY, 9))

    def book_open_observation(self) -> Observation:
        """The third coach was seen at work on the last working day; the trainer has not written it down yet."""
        candidacy = Candidacy.objects.get(person=self.people["coach"])
        return self._book(candidacy, self.dates.on(self.dates.workday(-1), 10))

    def certify_last_coach(self) -> None:
        candidacy = Candidacy.objects.get(person=self.people["coach"])
        observation = self._book(candidacy, self.dates.at(-2, TUESDAY, 10))
        self.observe(candidacy, observation, "coach", self.dates.at(-2, THURSDAY, 9))

    def _book(self, candidacy: Candidacy, moment: datetime, observer: str = "trainer") -> Observation:
        local = moment.astimezone(self.dates.zone)
        with clock_at(moment - timedelta(days=5)):
            return book_observation(
                candidacy=candidacy,
                requirement_key=OBSERVATION,
                observer=self.people[observer],
                occasion="Trial drafting session with a team of the pilot",
                observed_on=local.date(),
                actor=candidacy.person,
            )

    def observe(self, candidacy: Candidacy, observation: Observation, key: str, moment: datetime) -> None:
        """The trainer records what was seen, and the certificate follows."""
        criteria = [criterion["key"] for criterion in self._criteria(candidacy)]
        scores = [
            {"criterion": criterion, "score": score, "quote": quote}
            for criterion, (score, quote) in zip(criteria, QUOTES[key], strict=True)
        ]
        with clock_at(moment):
            record_observation(
                observation=observation,
                scores=scores,
                outcome=Observation.Outcome.PASSED,
                actor=observation.observer,
                feedback="Stay with your questions; they carry the room. Keep an eye on the clock in the last third.",
            )
            issue_if_due(candidacy_id=candidacy.pk)

    def _criteria(self, candidacy: Candidacy) -> list[dict[str, str]]:
        requirement = candidacy.requirement(OBSERVATION)
        return list(requirement["rubric"]["criteria"]) if requirement else []
