"""Candidacy to credential, in any order of deeds: what must never be."""

import hypothesis.strategies as st
import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from certification.models import Candidacy, Credential, Observation
from certification.queries.progress import progress_of
from certification.queries.status import credential_status
from certification.services import (
    cancel_observation,
    issue_due,
    issue_if_due,
    open_candidacy,
    revoke_credential,
    withdraw_candidacy,
)
from people.api import Refused
from tests.factories.certification import complete_course, make_certification, make_observation, make_trainer, record
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


class CertificationMachine(RuleBasedStateMachine):
    """One person, one certification with a course and two observations, everything attempted at any time."""

    def __init__(self):
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.certification = make_certification(observations=2)
        self.person = UserFactory()
        self.admin = UserFactory(is_superuser=True)
        self.trainers = [make_trainer() for _ in range(3)]
        self.evidence = {}

    def teardown(self):
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @property
    def open(self):
        return Candidacy.objects.open().of(self.person.pk).first()

    def attempt(self, deed):
        try:
            return deed()
        except Refused:
            return None

    @rule()
    def open_one(self):
        self.attempt(lambda: open_candidacy(person=self.person, certification=self.certification, actor=self.person))

    @rule()
    @precondition(lambda self: not self.person.enrollments.filter(state="open").exists())
    def complete(self):
        complete_course(self.person)

    @rule()
    @precondition(lambda self: self.open)
    def withdraw(self):
        withdraw_candidacy(candidacy=self.open, actor=self.person)

    @rule(number=st.integers(0, 2))
    @precondition(lambda self: self.open)
    def book(self, number):
        self.attempt(lambda: make_observation(self.open, observer=self.trainers[number]))

    @rule(values=st.lists(st.integers(1, 4), min_size=3, max_size=3), outcome=st.sampled_from(["passed", "repeat"]))
    @precondition(lambda self: Observation.objects.booked().exists())
    def observe(self, values, outcome):
        observation = Observation.objects.booked().first()
        self.attempt(lambda: record(observation, *values, outcome=outcome))

    @rule(values=st.just((3, 3, 3)))
    @precondition(lambda self: Observation.objects.booked().exists())
    def pass_one(self, values):
        self.attempt(lambda: record(Observation.objects.booked().first(), *values))

    @rule()
    @precondition(lambda self: Observation.objects.booked().exists())
    def cancel(self):
        cancel_observation(observation=Observation.objects.booked().first(), actor=self.person)

    @rule()
    def issue(self):
        for candidacy in Candidacy.objects.of(self.person.pk):
            [progress] = progress_of([candidacy])
            before = Credential.objects.filter(candidacy=candidacy).exists()
            credential = issue_if_due(candidacy_id=candidacy.pk)
            should = before or (candidacy.state == "open" and not progress.outstanding)
            assert (credential is not None) == should

    @rule()
    def sweep(self):
        issue_due()
        assert issue_due() == 0

    @rule()
    @precondition(lambda self: Credential.objects.exists())
    def revoke(self):
        self.attempt(
            lambda: revoke_credential(credential=Credential.objects.first(), reason="Because.", actor=self.admin)
        )

    @invariant()
    def at_most_one_candidacy_is_open(self):
        assert Candidacy.objects.open().of(self.person.pk).count() <= 1

    @invariant()
    def certified_means_one_credential(self):
        for candidacy in Candidacy.objects.of(self.person.pk):
            count = Credential.objects.filter(candidacy=candidacy).count()
            assert count == (1 if candidacy.state == "certified" else 0)

    @invariant()
    def credentials_show_all_that_was_pinned(self):
        for credential in Credential.objects.select_related("candidacy"):
            shown = [entry["requirement"] for entry in credential.evidence]
            for requirement in credential.candidacy.requirements:
                assert shown.count(requirement["key"]) == requirement["quantity"]
            observers = [entry["by"] for entry in credential.evidence if entry["kind"] == "observation"]
            assert len(set(observers)) == len(observers)

    @invariant()
    def credentials_never_change(self):
        for credential in Credential.objects.values():
            assert self.evidence.setdefault(credential["id"], credential) == credential

    @invariant()
    def no_evidence_counts_twice(self):
        sources = [entry["source"] for c in Credential.objects.all() for entry in c.evidence]
        assert len(sources) == len(set(sources))

    @invariant()
    def status_is_derived_from_events(self):
        for credential in Credential.objects.prefetch_related("events"):
            kinds = [event.kind for event in credential.events.all()]
            assert sorted(kinds) == sorted(set(kinds))
            assert credential_status(credential, credential.events.all()) == (
                "revoked" if "revoked" in kinds else "valid"
            )


def test_the_invariants_hold_in_any_order_of_deeds():
    run_state_machine_as_test(
        CertificationMachine,
        settings=settings(
            max_examples=10, stateful_step_count=16, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
