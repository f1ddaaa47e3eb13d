"""Playbooks as files: what is refused, what changes, and that nothing is lost on the way out and in."""

import pytest
import yaml
from django.core.exceptions import ValidationError
from wagtail.models import ModelLogEntry

from people.api import PROJECT_LEADS, Refused
from rollout.models import Playbook, PlaybookVersion
from rollout.services.playbooks import (
    PlaybookRefused,
    export_playbook,
    import_playbook,
    publish_playbook_version,
    read_playbook,
)
from tests.factories.people import UserFactory
from tests.factories.rollout import eight_steps_text

pytestmark = pytest.mark.django_db

SMALL = """
format: 1
key: small
title: Small
summary: One step.
phases: [{key: pilot, title: Pilot}]
parameters: [{key: pilot_size, title: Pilot size, unit: null, warn_below: 10}]
roles:
  - {key: project_lead, title: Project lead, summary: Leads., charter: You lead., learning: [okr-leading]}
meetings: []
steps:
  - key: goal
    number: 1
    phase: pilot
    title: Goal
    purpose: |
      First line.

      Second paragraph: with “quotes”, a # and a colon.
    submitted_by: [project_lead]
    decided_by: [project_lead]
    commitments: [open_enrollment, start_cycle]
    items:
      - {key: ready, question: "Ready: yes?", strength: must, verification: attest, responsible: project_lead}
      - key: recorded
        question: Recorded?
        strength: should
        verification: live
        responsible: project_lead
        latching: live
        checks: [{source: parameters_recorded, parameters: {parameters: [pilot_size]}, strength: may}]
"""


def problems(text: str) -> list[str]:
    with pytest.raises(PlaybookRefused) as refused:
        read_playbook(text)
    return [str(problem) for problem in refused.value.problems]


def test_default_playbook_has_the_five_prerequisites_and_34_questions():
    content = read_playbook(eight_steps_text())
    assert [len(step.items) for step in content.steps] == [5, 3, 4, 3, 3, 5, 6, 2, 8]
    assert content.carrier_of("open_enrollment").key == "coaching"
    assert content.carrier_of("start_cycle").key == "first_cycle"
    works_council = next(item for step in content.steps for item in step.items if item.key == "works_council_informed")
    assert (works_council.verification, works_council.waivable, works_council.latching) == ("four_eyes", False, "live")


def test_null_texts_are_empty_texts():
    assert read_playbook(SMALL).parameters[0].unit == ""


@pytest.mark.parametrize("text", [SMALL, eight_steps_text()])
def test_export_imports_to_exactly_the_same_content(text):
    version = import_playbook(text=text, actor=None).version
    exported = export_playbook(version=version)
    assert read_playbook(exported) == read_playbook(text)
    assert import_playbook(text=exported, actor=None).changed is False


def test_export_is_readable():
    exported = export_playbook(version=import_playbook(text=eight_steps_text(), actor=None).version)
    assert list(yaml.safe_load(exported)) == [
        "format", "key", "title", "summary", "phases", "parameters", "roles", "meetings", "learning", "steps"
    ]  # fmt: skip
    assert "\\n" not in exported
    assert "submitted_by: [project_lead]" in exported
    assert "charter: >" in exported
    assert max(map(len, exported.splitlines())) <= 120


def test_import_makes_a_draft_and_the_same_content_changes_nothing():
    first = import_playbook(text=SMALL, actor=None)
    assert first.changed
    assert (first.version.number, first.version.state) == (1, PlaybookVersion.State.DRAFT)
    entries = ModelLogEntry.objects.count()
    again = import_playbook(text=f"# a comment\n{SMALL}", actor=None)
    assert not again.changed
    assert again.version == first.version
    assert ModelLogEntry.objects.count() == entries


def test_changed_content_replaces_the_draft_that_waits():
    first = import_playbook(text=SMALL, actor=None).version
    second = import_playbook(text=SMALL.replace("One step.", "Still one step."), actor=None)
    assert second.changed
    assert (second.version.pk, second.version.number) == (first.pk, 1)


def test_changed_content_after_publishing_makes_a_new_version():
    first = import_playbook(text=SMALL, actor=None, publish=True).version
    second = import_playbook(text=SMALL.replace("title: Small", "title: Smaller"), actor=None).version
    assert (first.number, second.number) == (1, 2)
    assert Playbook.objects.get().title == "Small"
    publish_playbook_version(version=second, actor=None)
    assert Playbook.objects.get().title == "Smaller"


def test_importing_a_draft_again_to_publish_publishes_it():
    import_playbook(text=SMALL, actor=None)
    imported = import_playbook(text=SMALL, actor=None, publish=True)
    assert imported.changed
    assert imported.version.published_at is not None
    assert not import_playbook(text=SMALL, actor=None, publish=True).changed


def test_published_version_never_changes():
    version = import_playbook(text=SMALL, actor=None, publish=True).version
    version.content = {}
    with pytest.raises(ValidationError, match="never changes"):
        version.save()
    with pytest.raises(ValidationError, match="never changes"):
        version.delete()
    assert publish_playbook_version(version=version, actor=None).content["key"] == "small"


def test_only_project_leads_and_administrators_edit_playbooks(django_user_model):
    from django.contrib.auth.models import Group

    person = UserFactory()
    with pytest.raises(Refused, match="edited by project leads"):
        import_playbook(text=SMALL, actor=person)
    person.groups.add(Group.objects.create(name=PROJECT_LEADS))
    draft = import_playbook(text=SMALL, actor=person).version
    with pytest.raises(Refused):
        publish_playbook_version(version=draft, actor=UserFactory())
    assert publish_playbook_version(version=draft, actor=UserFactory(is_superuser=True)).published_by is not None


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("strength: should", "strength: ought", "steps[goal].items[recorded].strength"),
        ("source: parameters_recorded", "source: crystal_ball", "there is no evidence source “crystal_ball”"),
        ("parameters: [pilot_size]", "parameters: [shoe_size]", "“shoe_size” is not among the playbook's parameters"),
        ("key: pilot_size", "key: shoe_size", "parameters[shoe_size]: there is no such parameter"),
        ("phase: pilot", "phase: moon", "names the unknown phase “moon”"),
        ("responsible: project_lead}", "responsible: nobody}", "names the unknown role “nobody”"),
        ("key: recorded", "key: ready", "item key “ready” stands twice"),
        ("verification: attest,", "verification: four_eyes,", "need confirmed_by"),
        ("number: 1", "nummer: 1", "steps[goal].nummer: Extra inputs are not permitted"),
        ("title: Small", "title: Small\ntitle: Large", "“title” stands twice"),
        ("title: Small", "title: &a Small\nsummary2: *a", "anchors and aliases are not used"),
        ("title: Small", "title: [", "line"),
    ],
)
def test_import_names_path_and_reason_and_changes_nothing(old, new, problem):
    text = SMALL.replace(old, new, 1)
    assert text != SMALL
    assert any(problem in found for found in problems(text)), problems(text)
    with pytest.raises(PlaybookRefused, match="cannot be imported"):
        import_playbook(text=text, actor=None)
    assert not Playbook.objects.exists()


@pytest.mark.parametrize("text", ["", "- a list", "just words", "x" * 1_000_001, "\x00"])
def test_what_is_no_playbook_is_refused(text):
    assert problems(text)
