"""Who may start, see and end a candidacy."""

from django.urls import reverse

from certification.models import Candidacy, Certification, Credential
from people import api as people_api
from people.api import Answer, Refusal, User, add_months, in_words, today

RENEWAL_OPENS_MONTHS = 6
"""How long before the end of validity the way to the next certificate may begin."""


def is_steward(actor: User) -> bool:
    """People leads and superusers look after all certificates."""
    return people_api.is_people_lead(actor)


def runs_training(actor: User) -> bool:
    """Those who arrange training and observations for others."""
    return is_steward(actor) or any(
        people_api.in_group(actor, group) for group in (people_api.TRAINERS, people_api.PROJECT_LEADS)
    )


def may_propose(actor: User, person: User) -> Answer:
    """Oneself, somebody above in the line, a trainer, a project lead or a people lead may start a candidacy."""
    if actor.pk == person.pk or runs_training(actor) or people_api.is_manager_of(actor.pk, person.pk):
        return True
    return Refusal(
        f"You cannot start the certification of {person.get_full_name()}.",
        owed_by=f"{person.get_full_name()}, their manager or a people lead",
    )


def may_open_candidacy(actor: User, person: User, certification: Certification) -> Answer:
    """Return whether ``actor`` may start ``person`` on ``certification`` now (somebody already on the way aside)."""
    if (answer := may_propose(actor, person)) is not True:
        return answer
    if not person.is_active:
        return Refusal(f"{person.get_full_name()} has left the company.")
    if not certification.is_open:
        return Refusal(f"“{certification.title}” does not take new candidates at the moment.", owed_by="a people lead")
    if not certification.requirements.exists():
        return Refusal(
            f"“{certification.title}” does not say yet what must be shown for it.",
            owed_by="a people lead, who can add requirements in the administration",
        )
    held = Credential.objects.valid_on(today()).of(person.pk).filter(certification=certification)
    current = held.order_by("-valid_until").first()
    if current is not None:
        opens_on = add_months(current.valid_until, -RENEWAL_OPENS_MONTHS)
        if today() < opens_on:
            return Refusal(
                f"{person.get_full_name()} holds a certificate that is valid until {in_words(current.valid_until)}. "
                f"Renewal can begin on {in_words(opens_on)}.",
                fix_label="See the certificate",
                fix_url=reverse("certification:verify", args=[current.number]),
            )
    return True


def may_see_candidacy(actor: User, candidacy: Candidacy) -> bool:
    """The candidate, their observers and those who run training. Managers do not: feedback is not for appraisal."""
    return (
        actor.pk == candidacy.person_id
        or runs_training(actor)
        or candidacy.observations.filter(observer_id=actor.pk).exists()
    )


def may_withdraw_candidacy(actor: User, candidacy: Candidacy) -> Answer:
    """Only the candidate or a steward may end a candidacy, and only an open one."""
    if actor.pk != candidacy.person_id and not is_steward(actor):
        return Refusal("Only the candidate or a people lead can end a candidacy.", owed_by="the candidate")
    if candidacy.state != Candidacy.State.OPEN:
        return Refusal(f"This candidacy is closed already ({candidacy.get_state_display().lower()}).")
    return True
