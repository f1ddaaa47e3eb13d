"""Queries of hot paths, put together once: the ORM spends more on building their SQL than the database on answering."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from threading import local
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet

Found = TypeVar("Found", bound=Model)


class PreparedQuery:
    """A ``values_list`` query whose SQL each thread keeps; only its arguments change from run to run.

    ``build`` makes the queryset from its arguments, which are strings or integers that must each end up in exactly
    one parameter as they are: exact matches and comparisons, no ``startswith``, no ``in``, no ``limit``.
    Raises ``ValueError`` at the first run when they do not.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self.build = build
        self._kept = local()

    def rows(self, *arguments: str | int) -> Iterator[tuple[Any, ...]]:
        """Run the query. One query, always against the default database."""
        compiler, sql, parameters, places = self._compiled(arguments)
        bound = list(parameters)
        for place, argument in zip(places, arguments, strict=True):
            bound[place] = argument
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(sql, bound)
            found = cursor.fetchall()
        rows: Iterator[tuple[Any, ...]] = compiler.results_iter([found], tuple_expected=True)
        return rows

    def _compiled(self, arguments: tuple[str | int, ...]) -> tuple[Any, str, tuple[Any, ...], list[int]]:
        kept: tuple[Any, str, tuple[Any, ...], list[int]] | None = getattr(self._kept, "query", None)
        if kept is None:
            marks = [
                f"\x01argument {number}" if isinstance(argument, str) else 2_100_000_000 + number
                for number, argument in enumerate(arguments)
            ]
            compiler = self.build(*marks).query.get_compiler(DEFAULT_DB_ALIAS)
            sql, parameters = compiler.as_sql()
            places = [[place for place, value in enumerate(parameters) if value == mark] for mark in marks]
            if any(len(found) != 1 for found in places):
                raise ValueError("Every argument of a prepared query must be exactly one of its parameters.")
            kept = self._kept.query = (compiler, sql, tuple(parameters), [found[0] for found in places])
        return kept


def columns_of(model: type[Model], names: Iterable[str]) -> tuple[str, ...]:
    """Return the columns of the fields ``names``, in the order in which ``from_columns`` wants their values."""
    wanted = set(names)
    return tuple(field.attname for field in model._meta.concrete_fields if field.name in wanted)


def from_columns(model: type[Found], columns: Sequence[str], values: Sequence[Any]) -> Found:
    """Return the object that was read as ``values`` of ``columns``; its other fields are read when asked for."""
    return model.from_db(DEFAULT_DB_ALIAS, columns, values)
