"""Who works at Nordwind Heat Systems: units, names, managers, joiners and leavers, as two people files.

Everything here is a pure function of the day on which the demo is loaded.
"""

import csv
import io
import random
import unicodedata
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import yaml

SEED = 2026
COMPANY = "Nordwind Heat Systems"
DOMAIN = "nordwind.example"
PILOT_DEPARTMENTS = ("Service", "Product & Software")

LOGINS = {
    "lead": ("Project lead", "Annika", "Lindqvist"),
    "sponsor": ("Executive sponsor", "Dr. Katharina", "Brückner-Hohenstein"),
    "deputy": ("Deputy of the project lead", "Hinnerk", "Claußen"),
    "stand_in": ("Chief operating officer, decides for the sponsor when she is away", "Roya", "Ahmadi-Thomsen"),
    "people_lead": ("People lead", "Mareike", "Oltmanns"),
    "coach": ("Coach", "Jonas", "Feddersen"),
    "trainer": ("Trainer", "Beatriz", "Carvalho"),
    "works_council": ("Works council", "Wiebke", "Petersen-Nkemelu"),
    "manager": ("Manager", "Torben", "Schirrmacher"),
    "employee": ("Employee", "Zuzana", "Novotná"),
    "new_hire": ("New hire", "Emre", "Yıldırım"),
    "editor": ("Editor", "Sinéad", "O’Rourke"),
    "admin": ("Administrator", "Piotr", "Wiśniewski"),
}
"""Name before the @ of the address: what the login is for, given name, family name."""

NAMES = yaml.safe_load((Path(__file__).parent / "names.yaml").read_text(encoding="utf-8"))
PLACES = ("Flensburg", "Husum", "Flensburg", "Kiel", "Flensburg", "Rendsburg")


@dataclass(frozen=True)
class Team:
    """A unit with its people: ``size`` counts its lead; ``titles`` are dealt out in turn."""

    name: str
    size: int
    lead_title: str
    titles: tuple[str, ...]


@dataclass(frozen=True)
class Department:
    """A department: ``own`` is its office, people who report to its head directly."""

    name: str
    head_title: str
    own: Team
    teams: tuple[Team, ...]


@dataclass(frozen=True)
class Person:
    """One line of the people file. ``key`` names the people of the story; it is empty for everybody else."""

    email: str
    first_name: str
    last_name: str
    unit_path: str
    job_title: str
    manager_email: str
    location: str
    hired_on: date
    left_on: date | None = None
    key: str = ""

    @property
    def team(self) -> str:
        return self.unit_path.rpartition(" > ")[2]


TECHNICIANS = ("Service technician", "Service technician", "Senior service technician", "Apprentice mechatronics")
ENGINEERS = ("Software engineer", "Software engineer", "Test engineer", "Senior software engineer", "Product designer")
HARDWARE = ("Development engineer", "Laboratory technician", "Senior development engineer", "Test engineer")
LINE = ("Assembler", "Assembler", "Machine operator", "Assembler", "Quality inspector", "Shift planner")

DEPARTMENTS = (
    Department(
        "Service",
        "Head of Service",
        Team("Service", 5, "Head of Service", ("Service planner", "Service controller", "Training technician")),
        (
            Team("Störungsannahme und Einsatzsteuerung", 9, "Team lead dispatch", ("Dispatcher", "Dispatcher")),
            Team("Service Team North", 9, "Team lead service", TECHNICIANS),
            Team("Service Team South", 9, "Team lead service", TECHNICIANS),
            Team("Wärmepumpen-Inbetriebnahme", 9, "Team lead commissioning", ("Commissioning technician",)),
            Team(
                "Ersatzteillogistik und Werkstattausstattung", 8, "Team lead parts", ("Parts clerk", "Warehouse clerk")
            ),
            Team("Customer Support", 8, "Team lead support", ("Support agent", "Support agent", "Technical writer")),
        ),
    ),
    Department(
        "Product & Software",
        "Head of Product & Software",
        Team("Product & Software", 5, "Head of Product & Software", ("Product manager", "Portfolio analyst")),
        (
            Team("Controls Software", 8, "Team lead controls", ENGINEERS),
            Team("Installer App", 8, "Team lead app", ENGINEERS),
            Team("Fernüberwachung und Ferndiagnose", 8, "Team lead remote monitoring", ENGINEERS),
            Team("Kältekreisentwicklung", 8, "Team lead refrigerant circuit", HARDWARE),
            Team("Wärmepumpenprüfstand und Zulassung", 8, "Team lead test bench", HARDWARE),
            Team("Data & Platform", 8, "Team lead platform", (*ENGINEERS, "Data analyst")),
        ),
    ),
    Department(
        "Production",
        "Head of Production",
        Team("Production", 4, "Head of Production", ("Production planner", "Process engineer", "Works council member")),
        tuple(
            Team(name, 8, "Shift lead", LINE)
            for name in (
                "Assembly Line 1, early shift",
                "Assembly Line 1, late shift",
                "Assembly Line 2, early shift",
                "Assembly Line 2, late shift",
                "Brazing",
                "Blechbearbeitung und Gehäusebau",
                "Elektrovorfertigung",
                "Final Test",
                "Qualitätssicherung Serienfertigung",
                "Versand und Wareneingang",
            )
        ),
    ),
    Department(
        "Sales",
        "Head of Sales",
        Team("Sales", 2, "Head of Sales", ("Sales controller",)),
        tuple(
            Team(name, size, "Team lead sales", ("Account manager", "Inside sales", "Account manager"))
            for name, size in (
                ("Installer Partners", 7),
                ("Wohnungswirtschaft und Großprojekte", 7),
                ("Export Scandinavia", 6),
            )
        ),
    ),
    Department(
        "Finance & People",
        "Head of Finance & People",
        Team("Finance & People", 2, "Head of Finance & People", ("Legal counsel",)),
        (
            Team("Finance and Controlling", 7, "Team lead finance", ("Accountant", "Controller")),
            Team("People and Communication", 7, "People lead", ("HR partner", "Learning and development")),
        ),
    ),
)

KEY_PLACES = {
    # team: (place in the team, key); place 0 leads it
    "Service Team North": ((0, "manager"), (1, "employee")),
    "People and Communication": ((0, "people_lead"), (1, "trainer"), (2, "editor"), (3, "deputy")),
    "Finance and Controlling": ((3, "admin"),),
    "Service": ((3, "coach"),),
    "Product & Software": ((2, "coach2"),),
    "Controls Software": ((0, "coach3"),),
    "Production": ((3, "works_council"),),
}
KEY_TITLES = {
    "trainer": "Learning and development, trainer",
    "editor": "Internal communication",
    "admin": "IT administrator",
    "works_council": "Chair of the works council",
    "deputy": "HR partner",
}


def roster_by_key(people: list[Person]) -> dict[str, Person]:
    """Return the people of the story by their key."""
    return {person.key: person for person in people if person.key}


def company(day: date) -> tuple[list[Person], list[Person]]:
    """Return the people of the first file (some weeks before ``day``) and of the second, nine days before it.

    Between the two, four people join (one in the pilot), three leave (one from the pilot) and one moves.
    """
    maker = _Maker(day)
    return maker.first_file(), maker.second_file()


def people_file(people: list[Person]) -> bytes:
    """Return ``people`` as the CSV file that the import reads."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(
        [
            "email",
            "first_name",
            "last_name",
            "unit_path",
            "job_title",
            "manager_email",
            "location",
            "hired_on",
            "left_on",
        ]
    )
    for person in people:
        writer.writerow(
            [
                person.email,
                person.first_name,
                person.last_name,
                person.unit_path,
                person.job_title,
                person.manager_email,
                person.location,
                person.hired_on,
                person.left_on or "",
            ]
        )
    return out.getvalue().encode()


def address(key: str) -> str:
    """Return the sign-in address of one of the ``LOGINS``."""
    return f"{key.replace('_', '-')}@{DOMAIN}"


def mail_name(name: str) -> str:
    """Return ``name`` as it stands before the @: ASCII letters and dots."""
    for letter, plain in {"ß": "ss", "ø": "oe", "ł": "l", "ı": "i", "ä": "ae", "ö": "oe", "ü": "ue"}.items():
        name = name.lower().replace(letter, plain)
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return plain.replace(" ", "-").replace("'", "").strip(".-")


class _Maker:
    """Deals out names, titles and hire dates, always in the same order."""

    def __init__(self, day: date) -> None:
        self.day = day
        self.random = random.Random(SEED)  # nosec B311 - the same names every time
        self.taken: set[str] = {address(key) for key in LOGINS}
        self.people: list[Person] = []
        self._everybody()

    def first_file(self) -> list[Person]:
        joined_later = {person.email for person in self._joiners()}
        return [person for person in self.people if person.email not in joined_later]

    def second_file(self) -> list[Person]:
        leavers = {person.email: person.left_on for person in self._leavers()}
        moved = self._mover()
        people = [replace(person, left_on=leavers.get(person.email)) for person in self.people]
        return [moved if person.email == moved.email else person for person in people]

    def _joiners(self) -> list[Person]:
        return [person for person in self.people if person.hired_on > self.day - timedelta(days=28)]

    def _leavers(self) -> list[Person]:
        last_of = {}
        for person in self.people:
            if not person.key and person.hired_on < self.day - timedelta(days=400):
                last_of[person.team] = person
        days_ago = {"Data & Platform": 11, "Brazing": 15, "Finance and Controlling": 20}
        return [replace(last_of[team], left_on=self.day - timedelta(days=days)) for team, days in days_ago.items()]

    def _mover(self) -> Person:
        """Somebody moves from the early to the late shift."""
        teams = ("Assembly Line 1, early shift", "Assembly Line 1, late shift")
        person = next(p for p in reversed(self.people) if p.team == teams[0])
        lead = next(p for p in self.people if p.team == teams[1])
        return replace(person, unit_path=lead.unit_path, manager_email=lead.email)

    def _everybody(self) -> None:
        self._add("sponsor", COMPANY, "Managing director", "", years=14)
        sponsor = self.people[0].email
        self._add("stand_in", COMPANY, "Chief operating officer", sponsor, years=9)
        self._add("", COMPANY, "Executive assistant", sponsor, years=11)
        self._add("lead", COMPANY, "Head of organizational development", sponsor, years=6)
        for department in DEPARTMENTS:
            path = f"{COMPANY} > {department.name}"
            head = self._unit(path, department.own, sponsor)
            for team in department.teams:
                self._unit(f"{path} > {team.name}", team, head)
        # Joiners of the last weeks, on top of the sizes above; leavers are among them.
        self._join("new_hire", "Service Team South", "Service technician", days_ago=12)
        self._join("", "Elektrovorfertigung", "Assembler", days_ago=12)
        self._join("", "Final Test", "Quality inspector", days_ago=19)
        self._join("", "Export Scandinavia", "Account manager", days_ago=26)

    def _unit(self, path: str, team: Team, above: str) -> str:
        """Add the people of one unit; return the address of its lead."""
        keys = dict(KEY_PLACES.get(team.name, ()))
        size = team.size + (1 if team.name in {"Data & Platform", "Brazing", "Finance and Controlling"} else 0)
        lead = ""
        for place in range(size):
            key = keys.get(place, "")
            title = team.lead_title if place == 0 else team.titles[(place - 1) % len(team.titles)]
            self._add(key, path, KEY_TITLES.get(key, title), lead or above, years=0)
            lead = lead or self.people[-1].email
        return lead

    def _join(self, key: str, team: str, title: str, *, days_ago: int) -> None:
        lead = next(person for person in self.people if person.team == team)
        self._add(key, lead.unit_path, title, lead.email, years=0)
        self.people[-1] = replace(self.people[-1], hired_on=self.day - timedelta(days=days_ago))

    def _add(self, key: str, path: str, title: str, manager: str, *, years: int) -> None:
        if key in LOGINS:
            _, first, last = LOGINS[key]
            email = address(key)
        else:
            first, last, email = self._name()
        days = years * 365 or self.random.randint(500, 6500)
        self.people.append(
            Person(
                email=email,
                first_name=first,
                last_name=last,
                unit_path=path,
                job_title=title,
                manager_email=manager,
                location=self.random.choice(PLACES),
                hired_on=self.day - timedelta(days=days),
                key=key,
            )
        )

    def _name(self) -> tuple[str, str, str]:
        while True:
            first = self.random.choice(NAMES["given"])
            last = self.random.choice(NAMES["family"])
            email = f"{mail_name(first)}.{mail_name(last)}@{DOMAIN}"
            if email not in self.taken:
                self.taken.add(email)
                return first, last, email
