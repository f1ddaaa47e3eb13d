"""What the groups of the admin may do with certifications."""

from people import api as people_api

PEOPLE_LEADS_MAY = (
    *(
        f"certification.{deed}_{model}"
        for model in ("certification", "rubric")
        for deed in ("view", "add", "change", "delete")
    ),
    "certification.view_credential",
    "certification.view_observation",
)
EDITORS_MAY = ("certification.view_rubric", "certification.add_rubric", "certification.change_rubric")


def grant_certification_permissions() -> None:
    """Give people leads and editors their rights in the admin; twice is once."""
    people_api.grant_permissions(group=people_api.PEOPLE_LEADS, permissions=PEOPLE_LEADS_MAY)
    people_api.grant_permissions(group=people_api.EDITORS, permissions=EDITORS_MAY)
