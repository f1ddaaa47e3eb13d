import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from certification.models import Candidacy, Credential, CredentialEvent, ImmutableRowError
from tests.factories.certification import make_credential

pytestmark = pytest.mark.django_db


@pytest.fixture
def credential():
    return make_credential()


def test_saved_credential_refuses_another_save(credential):
    credential.holder_name = "Somebody Else"
    with pytest.raises(ImmutableRowError, match="written once"):
        credential.save()
    credential.refresh_from_db()
    assert credential.holder_name != "Somebody Else"


def test_saved_event_refuses_another_save(credential):
    event = credential.events.get()
    event.reason = "changed"
    with pytest.raises(ImmutableRowError):
        event.save()


@pytest.mark.parametrize("model", [Credential, CredentialEvent])
def test_bulk_changes_are_refused(credential, model):
    row = model.objects.get()
    for attempt in (
        lambda: row.delete(),
        lambda: model.objects.all().delete(),
        lambda: model.objects.update(pk=row.pk),
        lambda: model.objects.bulk_update([row], ["pk"]),
        lambda: model.objects.bulk_create([row], update_conflicts=True, update_fields=["pk"], unique_fields=["pk"]),
    ):
        with pytest.raises(ImmutableRowError):
            attempt()
    assert model.objects.count() == 1


def test_related_managers_refuse_too(credential):
    with pytest.raises(ImmutableRowError):
        credential.events.update(reason="x")
    with pytest.raises(ImmutableRowError):
        credential.events.all().delete()


def test_what_a_credential_stands_on_cannot_be_deleted(credential):
    with pytest.raises(ProtectedError):
        credential.holder.delete()
    with pytest.raises(ProtectedError):
        credential.candidacy.delete()


def test_one_credential_per_candidacy_is_a_constraint(credential):
    values = {f.attname: getattr(credential, f.attname) for f in Credential._meta.concrete_fields if f.name != "id"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Credential.objects.create(**{**values, "number": "2222-2222-2222"})


def test_one_open_candidacy_is_a_constraint(credential):
    def open_one(period):
        return Candidacy.objects.create(
            person=credential.holder, certification=credential.certification, period=period, requirements=[]
        )

    open_one(2)
    with pytest.raises(IntegrityError), transaction.atomic():
        open_one(3)
