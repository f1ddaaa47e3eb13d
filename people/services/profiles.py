"""What people set for themselves, and the address they sign in with."""

from allauth.account.models import EmailAddress
from django.db import transaction

from people.audit import log
from people.clock import now
from people.models import User
from people.models.organization import validate_time_zone
from people.refusals import require
from people.rules import may_edit_profile


def update_profile(*, person: User, language: str, time_zone: str, actor: User) -> User:
    """Save the person's own ``language`` (a code such as "de") and ``time_zone`` (empty: the organization's).

    From then on imports leave both alone. Refused to anybody else; an unknown time zone raises ValidationError.
    Saving the same values again writes nothing to the log.
    """
    if time_zone:
        validate_time_zone(time_zone)
    with transaction.atomic():
        locked = User.objects.select_for_update().get(pk=person.pk)
        require(may_edit_profile(actor, locked))
        changes = {
            name: [getattr(locked, name), value]
            for name, value in (("language", language), ("time_zone", time_zone))
            if getattr(locked, name) != value
        }
        locked.language, locked.time_zone, locked.profile_saved_at = language, time_zone, now()
        locked.save(update_fields=["language", "time_zone", "profile_saved_at"])
        if changes:
            log(locked, "people.update_profile", user=actor, data={"changes": changes})
    return locked


def settle_sign_in_address(*, person: User, actor: User | None) -> EmailAddress:
    """Make the person's e-mail their one verified, primary sign-in address; twice is once.

    For accounts made or renamed in the admin, where somebody who may do so vouches for the address.
    """
    with transaction.atomic():
        person = User.objects.select_for_update().get(pk=person.pk)
        if person.email != person.email.lower():
            person.email = person.email.lower()
            person.save(update_fields=["email"])
        former = list(
            EmailAddress.objects.filter(user=person).exclude(email=person.email).values_list("email", flat=True)
        )
        EmailAddress.objects.filter(user=person).exclude(email=person.email).delete()
        address, is_new = EmailAddress.objects.get_or_create(
            user=person, email=person.email, defaults={"verified": True, "primary": True}
        )
        if not (address.verified and address.primary):
            address.verified = address.primary = is_new = True
            address.save(update_fields=["verified", "primary"])
        if is_new or former:
            data = {"address": person.email, "former": former}
            log(person, "people.settle_sign_in_address", user=actor, data=data)
    return address
