"""How sources are asked: once each, for all checks of their kind."""

import pytest

from rollout import evidence
from rollout.evidence import checks_of, read_evidence
from rollout.evidence.context import Check, link, missing_thing, shortened
from rollout.models import ChecklistItem, Finding
from rollout.services.evaluation import wave_context
from tests.factories.rollout import make_program

pytestmark = pytest.mark.django_db


def test_all_sources_of_the_playbook_are_registered():
    assert set(evidence.SOURCES) == {
        "certified_coaches",
        "charters_accepted",
        "hierarchy_levels",
        "learning_settled",
        "meeting_dates_set",
        "parameters_recorded",
        "roles_filled",
        "roster_frozen",
        "session_trainers",
        "sessions_planned",
        "training_completed",
        "training_enrolled",
    }


def test_source_is_asked_once_for_the_checks_of_all_items(monkeypatch):
    asked = []

    def source(context, checks):
        asked.append([(check.item.pk, check.number) for check in checks])
        return [check.finding(Finding.Status.MET, "Yes") for check in checks]

    monkeypatch.setitem(evidence.SOURCES, "one", source)
    items = [
        ChecklistItem(pk=pk, strength="must", checks=[{"source": "one"}, {"source": "one", "strength": "should"}])
        for pk in (1, 2)
    ]
    findings = read_evidence(wave_context(make_program(members=0).fresh_wave()), items)
    assert asked == [[(1, 0), (1, 1), (2, 0), (2, 1)]]
    assert [(finding.check_number, finding.strength) for finding in findings[2]] == [(0, "must"), (1, "should")]


def test_check_without_strength_has_the_items():
    item = ChecklistItem(
        strength="should", checks=[{"source": "a", "parameters": None}, {"source": "b", "strength": "must"}]
    )
    assert [(check.strength, check.parameters) for check in checks_of(item)] == [("should", {}), ("must", {})]


def test_finding_keeps_50_names_and_the_whole_number():
    check = Check(ChecklistItem(), 0, "s", {}, "must")
    finding = check.finding(
        Finding.Status.NOT_MET, "x" * 400, missing=[missing_thing(str(i), "is missing") for i in range(70)]
    )
    assert (len(finding.missing), finding.missing_count, len(finding.summary)) == (50, 70, 300)


def test_link_to_a_screen_that_does_not_exist_is_empty():
    assert link("rollout:nowhere") == ""
    assert link("courses:session_new", course="okr-foundations").endswith("?course=okr-foundations")


def test_long_texts_are_cut_with_an_ellipsis():
    assert shortened("abcdef", 4) == "abc…"
    assert shortened("abcd", 4) == "abcd"
