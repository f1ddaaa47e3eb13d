"""Secret addresses under which calendar programs read dates."""

import secrets

from django.db import transaction

from people.api import User, log, now, require
from rollout.models import CalendarFeed, Program
from rollout.queries.feeds import token_sha256
from rollout.rules.feeds import may_revoke_feed, may_subscribe

TOKEN_BYTES = 32


@transaction.atomic
def renew_feed(*, actor: User, program: Program | None = None) -> str:
    """Make a new secret address for the actor's own dates, or for those of a program; return the secret.

    The secret is shown this once: only its hash is kept. An address they had before stops working. Refused for
    programs they may not see.
    """
    require(may_subscribe(actor, program))
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    for feed in CalendarFeed.objects.filter(person=actor, program=program, revoked_at__isnull=True):
        _end(feed)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    feed = CalendarFeed.objects.create(person=actor, program=program, token_sha256=token_sha256(token), made_at=now())
    log(program or actor, "rollout.feed_renewed", user=actor, data={"feed": feed.pk})
    return token


@transaction.atomic
def revoke_feed(*, feed: CalendarFeed, actor: User) -> CalendarFeed:
    """Let an address stop working at once; twice is once. Refused for the addresses of others, except to
    administrators."""
    feed = CalendarFeed.objects.select_for_update(of=("self",), no_key=True).select_related("program").get(pk=feed.pk)
    require(may_revoke_feed(actor, feed))
    if feed.revoked_at is None:
        _end(feed)
        log(feed.program or feed.person, "rollout.feed_revoked", user=actor, data={"feed": feed.pk})
    return feed


def _end(feed: CalendarFeed) -> None:
    feed.revoked_at = now()
    feed.save(update_fields=["revoked_at"])
