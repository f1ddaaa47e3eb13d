"""What roles promise: editions, acceptances, and who is asked again."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from people.api import Refused, today
from rollout.models import CharterAcceptance
from rollout.queries.holders import holders_in
from rollout.queries.programs import content_of, holders_in_one_query
from rollout.services.charters import accept_charter, record_external_acceptance, write_charter
from tests.factories.people import UserFactory
from tests.factories.rollout import accept_charters, hold_role, make_program, name_outsider

pytestmark = pytest.mark.django_db


def test_every_role_starts_with_the_charter_of_the_playbook():
    started = make_program(members=0)
    text = started.slot("sponsor").charter_texts.get()
    assert (text.number, text.written_by) == (1, None)
    assert [heading for heading, _ in text.parts] == ["Purpose", "Duties", "Time", "Decisions"]


def test_holder_and_deputy_accept_once_and_the_evidence_knows(ask, news):
    started = make_program(members=0, roles=("sponsor", "project_lead"))
    deputy = hold_role(started, "sponsor", is_deputy=True)
    finding = ask(started, "charters_accepted", roles=["sponsor"])
    assert (finding.status, finding.summary) == ("not_met", "0 of 2 charters are accepted")
    assert {row["person_id"] for row in finding.missing} == {started.sponsor.pk, deputy.pk}
    assert finding.missing[0]["what"] == "has not accepted the charter “Executive sponsor”"
    assert finding.fix_url == "/programs/okr-rollout/roles/sponsor/charter/"
    with news() as ids:
        first = accept_charter(slot=started.slot("sponsor"), actor=started.sponsor, number=1)
    assert ids == [started.wave.pk]
    assert accept_charter(slot=started.slot("sponsor"), actor=started.sponsor) == first
    accept_charter(slot=started.slot("sponsor"), actor=deputy)
    assert ask(started, "charters_accepted", roles=["sponsor"]).status == "met"


def test_new_edition_is_accepted_again_and_what_was_accepted_stays(ask):
    started = make_program(members=0)
    accept_charters(started)
    assert ask(started, "charters_accepted").summary == "5 of 5 charters are accepted"
    slot = started.slot("coach")
    edition = write_charter(slot=slot, text=" Purpose: help.\n\n", actor=started.project_lead, change_note="Shorter")
    assert (edition.number, edition.text) == (2, "Purpose: help.")
    assert write_charter(slot=slot, text="Purpose: help.", actor=started.project_lead) == edition
    finding = ask(started, "charters_accepted")
    assert [row["person_id"] for row in finding.missing] == [started.coach.pk]
    with pytest.raises(Refused, match="new edition since you opened this page"):
        accept_charter(slot=slot, actor=started.coach, number=1)
    accept_charter(slot=slot, actor=started.coach, number=2)
    assert ask(started, "charters_accepted").status == "met"
    assert CharterAcceptance.objects.filter(text__slot=slot).count() == 2


def test_vacant_required_role_and_nobody_at_all_are_not_met(ask):
    started = make_program(members=0, roles=("sponsor",))
    accept_charters(started)
    finding = ask(started, "charters_accepted", roles=["sponsor", "people_lead", "champion"])
    assert (finding.status, finding.fix_label) == ("not_met", "Assign the roles")
    assert [row["name"] for row in finding.missing] == ["People lead"]
    empty = ask(make_program(title="Empty", members=0, roles=()), "charters_accepted")
    assert empty.summary.startswith("Nobody holds a role who could accept ")


def test_nobody_accepts_for_others_and_only_the_lead_writes():
    started = make_program(members=0)
    with pytest.raises(Refused, match="accepted by those who hold the role"):
        accept_charter(slot=started.slot("sponsor"), actor=started.project_lead)
    with pytest.raises(Refused, match="changed by the project lead"):
        write_charter(slot=started.slot("sponsor"), text="Purpose: less.", actor=started.sponsor)
    with pytest.raises(Refused, match="Write its text"):
        write_charter(slot=started.slot("sponsor"), text=" \n ", actor=started.project_lead)


def test_paper_of_somebody_from_outside_is_recorded_with_its_place(ask):
    started = make_program(members=0, roles=("project_lead",))
    external = name_outsider(started, "consultant")
    finding = ask(started, "charters_accepted", roles=["consultant"])
    assert [(row["person_id"], row["what"]) for row in finding.missing] == [
        (
            started.project_lead.pk,
            "has to record that Mara Lindt (Fernblick) accepted the charter “External consultant” on paper",
        )
    ]
    with pytest.raises(Refused, match="Say where the paper is"):
        record_external_acceptance(external=external, document=" ", actor=started.project_lead)
    with pytest.raises(Refused, match="changed by the project lead"):
        record_external_acceptance(external=external, document="Folder 7", actor=UserFactory())
    first = record_external_acceptance(external=external, document="Folder 7", actor=started.project_lead)
    assert record_external_acceptance(external=external, document="Folder 8", actor=started.project_lead) == first
    assert ask(started, "charters_accepted", roles=["consultant"]).status == "met"


def test_paper_is_not_recorded_after_the_engagement():
    started = make_program(members=0)
    external = name_outsider(
        started, "consultant", started_on=today() - timedelta(days=9), until=today() - timedelta(days=1)
    )
    with pytest.raises(Refused, match="no longer holds the role"):
        record_external_acceptance(external=external, document="Folder 7", actor=started.project_lead)


def test_editions_and_acceptances_are_never_changed_or_deleted():
    started = make_program(members=0)
    accept_charters(started)
    for row in (started.slot("coach").charter_texts.get(), CharterAcceptance.objects.first()):
        with pytest.raises(ValidationError, match="never changed"):
            row.save()
        with pytest.raises(ValidationError, match="never deleted"):
            row.delete()


def test_one_query_and_two_know_the_same_about_acceptance_and_outsiders():
    started = make_program(members=0)
    accept_charters(started)
    hold_role(started, "coach")
    name_outsider(started, "coach")
    name_outsider(started, "coach", name="Jo Lund", company="")
    two = holders_in(started.program.pk)
    one = holders_in_one_query(started.program.pk, content_of(started.program.playbook_version))

    def facts(holders):
        role = holders.roles["coach"]
        return [
            [(a.person, a.has_accepted, a.is_deputy) for a in role.assignments],
            [(str(e), e.has_accepted, e.until, e.contact_id) for e in role.externals],
            role.filled,
        ]

    assert facts(one) == facts(two)
    assert facts(one)[2] == 4
