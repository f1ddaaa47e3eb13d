"""Who may plan the cycle's meetings and change one of them."""

from django.urls import reverse

from people.api import Answer, Refusal, User, now
from rollout.models import Meeting, Wave
from rollout.queries.holders import Holders
from rollout.rules.programs import may_set_dates


def may_generate_meetings(actor: User, wave: Wave, *, holders: Holders | None = None) -> Answer:
    """Make all meetings of the cycle at once: whoever sets dates, once the cycle has dates."""
    if (answer := may_set_dates(actor, wave.program, holders=holders)) is not True:
        return answer
    if wave.starts_on is None or wave.ends_on is None:
        return Refusal(
            "Meetings are counted from the first cycle, and it has no dates yet.",
            fix_label="Set the dates",
            fix_url=reverse("rollout:wave_dates", args=[wave.program.slug, wave.number]),
        )
    return True


def may_change_meeting(actor: User, meeting: Meeting, *, holders: Holders | None = None) -> Answer:
    """Move a meeting: whoever sets dates, until it is over, and not when it was called off."""
    if (answer := may_set_dates(actor, meeting.wave.program, holders=holders)) is not True:
        return answer
    if meeting.cancelled_at is not None:
        return Refusal("This meeting was called off. Plan a new one instead.")
    if meeting.starts_at <= now():
        return Refusal("This meeting is over, so it stays as it was.")
    return True
