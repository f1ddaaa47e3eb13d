"""Writing a plan into the database, in as few statements as its size allows. Called inside the import's transaction."""

import secrets
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import F, Model
from wagtail.models import ModelLogEntry

from people.clock import now
from people.models import Membership, Unit, User
from people.queries.import_plan import ImportPlan, PersonChange, UnitChange

Key = tuple[str, ...]
BATCH = 500


def write_plan(plan: ImportPlan, *, actor: User | None) -> list[int]:
    """Write everything that ``plan`` says; returns the ids of people whose membership changed, ascending."""
    units = _write_units(plan)
    ids = _write_people(plan)
    _write_addresses(plan, ids)
    touched = _write_memberships(plan, ids, units)
    _write_journal(plan, ids, actor)
    return sorted(touched)


def _batches(values: Iterable[Any]) -> Iterator[list[Any]]:
    iterator = iter(values)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def _write_column(model: type[Model], name: str, values: list[tuple[int, Any]]) -> None:
    """Set one column of many rows, each to its own value: one prepared statement, not one CASE per row."""
    if not values:
        return
    field: Any = model._meta.get_field(name)
    quote = connection.ops.quote_name
    statement = f"UPDATE {quote(model._meta.db_table)} SET {quote(field.column)} = %s WHERE id = %s"  # noqa: S608 - names of ours
    with connection.cursor() as cursor:
        cursor.executemany(statement, [(field.get_db_prep_save(value, connection), pk) for pk, value in values])


def _write_units(plan: ImportPlan) -> dict[Key, int]:
    """Create, rename and move units, parents first; returns all units of the file by key."""
    ids = dict(plan.unit_ids)
    changed = plan.changed_units
    for change in changed:  # two units may swap codes, so all of them let go first
        if any(words.field == "code" for words in change.changes):
            Unit.objects.filter(pk=change.unit_id).update(code=f"changing-{change.unit_id}")
    for change in changed:
        Unit.objects.filter(pk=change.unit_id).update(code=change.code, name=change.path[-1])
    if any(words.field == "parent" for change in changed for words in change.changes):
        _grow_and_move_units(plan, ids)
    else:
        _grow_units(plan.new_units, ids)
    return ids


def _grow_and_move_units(plan: ImportPlan, ids: dict[Key, int]) -> None:
    """Create and move units one by one, from the top; a move changes the paths that the next one needs."""
    for change in plan.units:
        parent = Unit.objects.get(pk=ids[change.key[:-1]]) if change.key[:-1] else None
        if change.unit_id is None:
            fields = {"code": change.code, "name": change.path[-1], "kind": change.kind}
            ids[change.key] = (parent.add_child(**fields) if parent else Unit.add_root(**fields)).pk
        elif any(words.field == "parent" for words in change.changes):
            unit = Unit.objects.get(pk=change.unit_id)
            if parent:
                unit.move(parent, "last-child")
            else:
                unit.move(Unit.get_first_root_node(), "last-sibling")


def _grow_units(changes: list[UnitChange], ids: dict[Key, int]) -> None:
    """Create all new units at once: thousands of them, one by one, would take a third of a large import."""
    if not changes:
        return
    known = dict(Unit.objects.order_by("path").values_list("pk", "path"))
    newest = {path[: -Unit.steplen]: path for path in known.values()}
    paths = {key: known[pk] for key, pk in ids.items()}
    units: dict[Key, Unit] = {}
    grown: Counter[int] = Counter()
    for change in changes:
        above = change.key[:-1]
        parent_path = paths[above] if above else ""
        before = newest.get(parent_path)
        depth = len(parent_path) // Unit.steplen + 1
        path = Unit(path=before)._inc_path() if before else Unit._get_path(parent_path, depth, 1)
        newest[parent_path] = paths[change.key] = path
        units[change.key] = Unit(path=path, depth=depth, code=change.code, name=change.path[-1], kind=change.kind)
        if above in units:
            units[above].numchild += 1
        elif above:
            grown[ids[above]] += 1
    Unit.objects.bulk_create(units.values(), batch_size=BATCH)
    for parent_id, children in grown.items():
        Unit.objects.filter(pk=parent_id).update(numchild=F("numchild") + children)
    ids.update({key: unit.pk for key, unit in units.items()})


def _write_people(plan: ImportPlan) -> dict[str, int]:
    """Create accounts without a usable password, change names, turn accounts on and off; returns ids by e-mail."""
    moment = now()
    created = [
        User(
            email=change.email,
            first_name=change.row.first_name,
            last_name=change.row.last_name,
            language=change.row.language or User._meta.get_field("language").default,
            time_zone=change.row.time_zone,
            password=UNUSABLE_PASSWORD_PREFIX + secrets.token_hex(20),  # as make_password(None), 30 times as fast
            date_joined=moment,
        )
        for change in plan.created
    ]
    User.objects.bulk_create(created, batch_size=BATCH)
    ids = {user.email: user.pk for user in created}
    columns: dict[str, list[tuple[int, Any]]] = {}
    for change in (*plan.changed, *plan.ended):
        if change.person_id is None:
            continue
        ids[change.email] = change.person_id
        for name in change.on_person:
            columns.setdefault(name, []).append((change.person_id, getattr(change.row, name)))
        if change.returns or change.leaves:
            columns.setdefault("is_active", []).append((change.person_id, change.returns))
    for name, values in columns.items():
        _write_column(User, name, values)
    return ids


def _write_addresses(plan: ImportPlan, ids: dict[str, int]) -> None:
    """Give everybody who is new, or lacks it, their e-mail as verified primary sign-in address."""
    for batch in _batches(plan.addresses):
        rows = EmailAddress.objects.filter(user_id__in=batch)
        rows.filter(email__iexact=F("user__email")).delete()
        rows.filter(primary=True).update(primary=False)
    lacking = [
        (pk, email.lower())
        for batch in _batches(plan.addresses)
        for pk, email in User.objects.filter(pk__in=batch).values_list("pk", "email")
    ]
    new = [(ids[change.email], change.email) for change in plan.created]
    EmailAddress.objects.bulk_create(
        [EmailAddress(user_id=pk, email=email, verified=True, primary=True) for pk, email in (*lacking, *new)],
        batch_size=BATCH,
    )


def _manager_ids(changes: list[PersonChange], ids: dict[str, int]) -> dict[str, int]:
    """Return the ids of all managers that the changes name, by e-mail: from the file, else from the database."""
    found = dict(ids)
    wanted = {change.row.manager_email for change in changes if change.row.manager_email} - set(found)
    if wanted:
        found |= {email.lower(): pk for pk, email in User.objects.order_by().values_list("pk", "email")}
    return found


def _write_memberships(plan: ImportPlan, ids: dict[str, int], units: dict[Key, int]) -> set[int]:
    """End, correct and open memberships; returns the ids of the people they belong to."""
    changes = [*plan.created, *plan.changed, *plan.ended]
    managers = _manager_ids(changes, ids)
    ending = [(c.membership_id, c.ends_on) for c in changes if c.membership_id is not None and c.ends_on]
    _write_column(Membership, "ended_on", ending)

    columns: dict[str, list[tuple[int, Any]]] = {}
    for change in plan.changed:
        if change.membership_id is None:
            continue
        for name in change.in_place:
            if name == "manager":
                value: Any = managers[change.row.manager_email] if change.row.manager_email else None
            elif name == "unit":
                value = units[change.unit_key]
            else:
                value = getattr(change.row, "hired_on" if name == "started_on" else name)
            columns.setdefault(name, []).append((change.membership_id, value))
    for name, values in columns.items():
        _write_column(Membership, name, values)

    opening = [change for change in changes if change.opens]
    former: dict[int, Membership] = {}
    for batch in _batches(c.membership_id for c in opening if c.membership_id is not None):
        former |= Membership.objects.in_bulk(batch)
    Membership.objects.bulk_create(
        [_membership(change, ids, units, managers, former.get(change.membership_id or 0)) for change in opening],
        batch_size=BATCH,
    )
    return {ids[change.email] for change in changes if change.opens or change.in_place or change.ends_on}


def _membership(
    change: PersonChange,
    ids: dict[str, int],
    units: dict[Key, int],
    managers: dict[str, int],
    former: Membership | None,
) -> Membership:
    """Return a new membership; what the file has no column for is carried over from the former one."""
    row = change.row
    manager_id = former.manager_id if former else None
    if row.manager_email is not None:
        manager_id = managers[row.manager_email] if row.manager_email else None
    return Membership(
        person_id=ids[change.email],
        unit_id=units[change.unit_key],
        manager_id=manager_id,
        job_title=row.job_title if row.job_title is not None else former.job_title if former else "",
        location=row.location if row.location is not None else former.location if former else "",
        hired_on=row.hired_on,
        started_on=change.starts_on or row.hired_on,
    )


def _write_journal(plan: ImportPlan, ids: dict[str, int], actor: User | None) -> None:
    """One entry for every person who joined, changed or left, all under the same identifier."""
    content_type = ContentType.objects.get_for_model(User)
    moment, together = now(), uuid.uuid4()
    deeds = (("people.join", plan.created), ("people.change", plan.changed), ("people.leave", plan.ended))
    ModelLogEntry.objects.bulk_create(
        [
            ModelLogEntry(
                content_type=content_type,
                object_id=str(ids[change.email]),
                label=change.name,
                action=action,
                data={"changes": {words.field: [words.old, words.new] for words in change.changes}},
                timestamp=moment,
                uuid=together,
                user=actor,
                content_changed=True,
            )
            for action, changes in deeds
            for change in changes
        ],
        batch_size=BATCH,
    )
