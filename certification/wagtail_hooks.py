"""Certification in Wagtail's admin: the menu section, the names of its deeds, and the page that revokes."""

from django.urls import URLPattern, path
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry
from wagtail.snippets.models import register_snippet

from certification.views.administration import revoke
from certification.viewsets import CertificationGroup

LOG_ACTIONS = {
    "certification.open_candidacy": ("Open candidacy", "Candidacy opened"),
    "certification.withdraw_candidacy": ("End candidacy", "Candidacy ended without a certificate"),
    "certification.book_observation": ("Book observation", "Observation booked"),
    "certification.record_observation": ("Record observation", "Observation recorded"),
    "certification.cancel_observation": ("Cancel observation", "Observation cancelled"),
    "certification.issue_credential": ("Issue certificate", "Certificate issued"),
    "certification.revoke_credential": ("Revoke certificate", "Certificate revoked"),
}

register_snippet(CertificationGroup)


@hooks.register("register_log_actions")
def register_certification_actions(actions: LogActionRegistry) -> None:
    """Name every deed of this app for the history views."""
    for action, (label, message) in LOG_ACTIONS.items():
        actions.register_action(action, label, message)


@hooks.register("register_admin_urls")
def register_revoke_page() -> list[URLPattern]:
    return [path("certification/credentials/<int:pk>/revoke/", revoke, name="certification_revoke")]
