"""Every URL × every role, in one table. 404 where one may not know that something exists."""

import pytest
from django.contrib.auth.models import Group
from django.urls import get_resolver, reverse

from certification.services import open_candidacy
from people.api import PEOPLE_LEADS, PROJECT_LEADS
from people.services.groups import ensure_groups
from tests.factories.certification import make_certification, make_credential, make_observation, make_trainer
from tests.factories.people import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

ROLES = ["visitor", "stranger", "candidate", "observer", "trainer", "manager", "project_lead", "people_lead", "admin"]
LOGIN = 302
TABLE = {
    # name: (method, statuses in the order of ROLES)
    "coaching": ("get", [LOGIN, 200, 200, 200, 200, 200, 200, 200, 200]),
    "apply": ("post", [LOGIN, 302, 302, 302, 302, 302, 302, 302, 302]),
    "candidacy": ("get", [LOGIN, 404, 200, 200, 200, 404, 200, 200, 200]),
    "withdraw": ("post", [LOGIN, 404, 302, 302, 302, 404, 302, 302, 302]),
    "observation_new": ("get", [LOGIN, 404, 200, 200, 200, 404, 200, 200, 200]),
    "observation": ("get", [LOGIN, 404, 200, 200, 200, 404, 200, 200, 200]),
    "observation_cancel": ("post", [LOGIN, 404, 302, 302, 302, 404, 302, 302, 302]),
    "certificate": ("get", [LOGIN, 404, 200, 404, 404, 404, 404, 200, 200]),
    "verify": ("get", [200] * 9),
    "verify_form": ("get", [200] * 9),
}


@pytest.fixture
def world():
    ensure_groups()
    certification = make_certification()
    credential = make_credential(certification)
    candidate = credential.holder
    second = make_certification("second", title="Second")
    candidacy = open_candidacy(person=candidate, certification=second, actor=candidate)
    manager = UserFactory()
    MembershipFactory(person=candidate, manager=manager)
    observation = make_observation(candidacy)
    people = {
        "visitor": None,
        "stranger": UserFactory(),
        "candidate": candidate,
        "observer": observation.observer,
        "trainer": make_trainer(),
        "manager": manager,
        "project_lead": UserFactory(),
        "people_lead": UserFactory(),
        "admin": UserFactory(is_superuser=True, is_staff=True),
    }
    people["project_lead"].groups.add(Group.objects.get(name=PROJECT_LEADS))
    people["people_lead"].groups.add(Group.objects.get(name=PEOPLE_LEADS))
    arguments = {
        "apply": ["okr-coach"],
        "candidacy": [candidacy.pk],
        "withdraw": [candidacy.pk],
        "observation_new": [candidacy.pk],
        "observation": [observation.pk],
        "observation_cancel": [observation.pk],
        "certificate": [credential.number],
        "verify": [credential.number],
    }
    return people, arguments


@pytest.mark.parametrize("role", ROLES)
def test_every_url_answers_every_role_as_the_table_says(client, world, role):
    people, arguments = world
    if people[role]:
        client.force_login(people[role])
    answers = {}
    for name, (method, _) in TABLE.items():
        if name in {"withdraw", "observation_cancel"}:
            continue
        response = getattr(client, method)(reverse(f"certification:{name}", args=arguments.get(name)))
        answers[name] = response.status_code
        if response.streaming:
            assert b"".join(response.streaming_content)
    for name in ("observation_cancel", "withdraw"):
        answers[name] = client.post(reverse(f"certification:{name}", args=arguments[name])).status_code
    assert answers == {name: statuses[ROLES.index(role)] for name, (_, statuses) in TABLE.items()}


def test_the_table_is_complete():
    resolver = get_resolver().namespace_dict["certification"][1]
    assert set(TABLE) == {name for name in resolver.reverse_dict if isinstance(name, str)}


@pytest.mark.parametrize("name", [name for name, (method, _) in TABLE.items() if method == "post"])
def test_changes_are_post_only(client, world, name):
    people, arguments = world
    client.force_login(people["candidate"])
    assert client.get(reverse(f"certification:{name}", args=arguments[name])).status_code == 405
