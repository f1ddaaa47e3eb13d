"""Telling those who decide, and the lead, that a gate came into doubt: once when it turns, not for every cause."""

import logging
from collections import defaultdict
from datetime import timedelta

from django.db import transaction

from people.api import User, now
from rollout.models import Program, Step, Suspicion, Wave
from rollout.notifications.suspicion import send_doubt
from rollout.queries.holders import gate_roles, holders_in

logger = logging.getLogger(__name__)

KEPT_BACK = timedelta(minutes=2)
"""How long the sweep leaves news to the queue."""
GIVEN_UP_AFTER = timedelta(days=2)
"""Older news is no news; it stands on the page."""


def mail_doubt(*, wave_id: int) -> int:
    """Send one mail to everybody who decides or submits a gate of the wave that came into doubt and of which nobody
    was told; return how many. Sent twice is sent once. Raises ``Wave.DoesNotExist``, and ``OSError`` when the mail
    server is away; then nothing counts as told. Nothing is sent while the program is paused or stopped.
    """
    wave = Wave.objects.select_related("program__playbook_version").get(pk=wave_id)
    if wave.program.state != Program.State.RUNNING:
        return 0
    causes = _claim(wave)
    if not causes:
        return 0
    steps = {step.pk: step for step in Step.objects.filter(pk__in={c.step_id for c in causes}).order_by("number")}
    because: dict[int, list[str]] = defaultdict(list)
    for cause in causes:
        because[cause.step_id].append(cause.because)
    holders = holders_in(wave.program_id)
    concerned: dict[User, list[tuple[Step, list[str]]]] = {}
    for pk, step in steps.items():
        step.wave = wave
        roles = gate_roles(step)
        for person in holders.people(*roles.decided_by, *roles.submitted_by):
            concerned.setdefault(person, []).append((step, because[pk]))
    try:
        for person, gates in concerned.items():
            send_doubt(person, gates)
    except OSError:
        Suspicion.objects.filter(pk__in=[cause.pk for cause in causes]).update(told_at=None)
        raise
    return len(concerned)


@transaction.atomic
def _claim(wave: Wave) -> list[Suspicion]:
    """Whoever writes the time first tells; the other finds nothing to tell."""
    untold = Suspicion.objects.untold().filter(step__wave=wave, step__state=Step.State.SUSPECT)
    causes = list(untold.select_for_update(of=("self",)).order_by("pk"))
    Suspicion.objects.filter(pk__in=[cause.pk for cause in causes]).update(told_at=now())
    return causes


def mail_missing_doubt() -> int:
    """Find the mails that the queue lost; return how many were sent."""
    moment = now()
    lost = Suspicion.objects.untold().filter(found_at__range=(moment - GIVEN_UP_AFTER, moment - KEPT_BACK))
    sent = 0
    for wave_id in sorted(set(lost.order_by().values_list("step__wave_id", flat=True))):
        try:
            sent += mail_doubt(wave_id=wave_id)
        except OSError:
            logger.exception("Nobody could be told about the gates in doubt of wave %s", wave_id)
    return sent
