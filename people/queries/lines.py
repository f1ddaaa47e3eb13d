"""Who reports to whom, now. Only open memberships count."""

from django.db import connection
from django.db.models import QuerySet

from people.models import Membership, User

LINE_ABOVE = """
    WITH RECURSIVE line (person_id) AS (
        SELECT manager_id FROM people_membership
        WHERE person_id = %s AND ended_on IS NULL AND manager_id IS NOT NULL
        UNION
        SELECT above.manager_id FROM people_membership above JOIN line ON above.person_id = line.person_id
        WHERE above.ended_on IS NULL AND above.manager_id IS NOT NULL
    )
    SELECT 1 FROM line WHERE person_id = %s LIMIT 1
"""


def reports_of(manager_id: int) -> QuerySet[User]:
    """Return the active people who report directly to ``manager_id``, ordered by name. One query when read."""
    reports = Membership.objects.open().filter(manager_id=manager_id).values("person_id")
    return User.objects.filter(is_active=True, pk__in=reports)


def is_manager_of(manager_id: int, person_id: int) -> bool:
    """Say whether ``manager_id`` stands anywhere above ``person_id`` in the reporting line. One query.

    Nobody is above themselves, except in a line that runs in a circle, which imports refuse.
    """
    with connection.cursor() as cursor:
        cursor.execute(LINE_ABOVE, [person_id, manager_id])
        return cursor.fetchone() is not None
