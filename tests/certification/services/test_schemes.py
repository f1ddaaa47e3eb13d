from pathlib import Path

import pytest
import yaml
from wagtail.models import ModelLogEntry

from certification.models import Certification, Requirement, Rubric
from certification.services import define_certification, load_rubric
from people.api import Refused
from tests.factories.certification import make_candidacy, make_certification, make_rubric

pytestmark = pytest.mark.django_db
COACH_RUBRIC = Path(__file__).parents[3] / "cms" / "demo" / "coach_rubric.yaml"


def data(**changes):
    return {
        "key": "r",
        "title": "R",
        "criteria": [
            {"key": "a", "title": "A", "question": "A?", "anchors": {1: "one", 2: "two", 3: "three", 4: "four"}}
        ],
        "pass": {"minimum_each": 2, "minimum_mean": 2.5},
    } | changes


def test_the_coach_rubric_of_the_demo_loads():
    rubric = load_rubric(yaml.safe_load(COACH_RUBRIC.read_text(encoding="utf-8")))
    pinned = rubric.as_pinned()
    assert len(pinned["criteria"]) == 5
    assert set(pinned["criteria"][0]) == {"key", "title", "question", "anchors"}
    assert list(pinned["criteria"][0]["anchors"]) == ["1", "2", "3", "4"]


def test_loading_twice_changes_nothing():
    rubric = load_rubric(data())
    entries = ModelLogEntry.objects.count()
    assert load_rubric(data()).pk == rubric.pk
    assert Rubric.objects.count() == 1
    assert ModelLogEntry.objects.count() == entries


def test_loading_other_data_updates():
    load_rubric(data())
    rubric = load_rubric(data(title="Better"))
    assert (Rubric.objects.get().title, rubric.title) == ("Better", "Better")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"criteria": []}, "at least one criterion"),
        ({"title": " "}, "“title” is missing"),
        ({"key": "not a slug"}, "valid “slug”"),
        ({"pass": {"minimum_mean": "high"}}, "must be numbers"),
        ({"pass": {"minimum_each": 5}}, "less than or equal to 4"),
        ({"criteria": data()["criteria"] * 2}, "key of its own"),
        ({"criteria": [data()["criteria"][0] | {"anchors": {1: "x", 2: "y", 3: "z"}}]}, "text for score 4"),
        ({"criteria": [data()["criteria"][0] | {"key": "two words"}]}, "may hold only letters"),
        ({"criteria": [data()["criteria"][0] | {"question": ""}]}, "criterion 1: “question” is missing"),
    ],
)
def test_bad_rubrics_are_refused_with_the_place(changes, words):
    with pytest.raises(Refused, match="Rubric") as refused:
        load_rubric(data(**changes))
    assert words in str(refused.value)
    assert not Rubric.objects.exists()


def test_defining_twice_changes_nothing():
    certification = make_certification()
    requirements = list(certification.requirements.values_list("pk", flat=True))
    entries = ModelLogEntry.objects.count()
    assert make_certification().pk == certification.pk
    assert list(certification.requirements.values_list("pk", flat=True)) == requirements
    assert ModelLogEntry.objects.count() == entries


def test_redefining_updates_adds_and_removes():
    make_certification()
    certification = make_certification(with_course=False, observations=3, title="Coach")
    assert certification.title == "Coach"
    [requirement] = certification.requirements.all()
    assert (requirement.key, requirement.quantity) == ("seen", 3)


def test_requirements_keep_their_order():
    make_rubric()
    certification = define_certification(
        key="c",
        title="C",
        description="",
        statement="s",
        requirements=[
            {"key": key, "kind": "observation", "title": key, "rubric": "coach-rubric"} for key in ("b", "a", "c")
        ],
    )
    assert [r.key for r in certification.requirements.all()] == ["b", "a", "c"]


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"key": "x", "kind": "course", "title": "X", "course": "nothing"}, "no course with the key “nothing”"),
        ({"key": "x", "kind": "observation", "title": "X", "rubric": "nothing"}, "no rubric with the key “nothing”"),
    ],
)
def test_requirements_without_their_subject_are_refused(entry, words):
    with pytest.raises(Refused, match=words):
        define_certification(key="c", title="C", description="", statement="s", requirements=[entry])
    assert not Certification.objects.exists()


def test_candidates_keep_what_they_started_with():
    candidacy = make_candidacy()
    make_certification(observations=3)
    make_rubric(minimum_mean=4)
    Requirement.objects.filter(key="course").delete()
    candidacy.refresh_from_db()
    assert [r["key"] for r in candidacy.requirements] == ["course", "seen"]
    assert candidacy.requirement("seen")["quantity"] == 1
    assert candidacy.requirement("seen")["rubric"]["minimum_mean"] == "3.00"
