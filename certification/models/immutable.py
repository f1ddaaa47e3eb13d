"""Rows that are written once: what was issued or happened stays as it was (product.md, rule 3)."""

from collections.abc import Iterable
from typing import Any, NoReturn, TypeVar

from django.db import models

M = TypeVar("M", bound=models.Model)


class ImmutableRowError(RuntimeError):
    """Raised by any attempt to change or delete a row that is written once."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is written once and never changed. Record what happened later as an event.")


class AppendOnlyQuerySet(models.QuerySet[M]):
    """Refuses every bulk way of changing or deleting rows; creating stays possible."""

    def _refuse(self) -> NoReturn:
        raise ImmutableRowError(self.model.__name__)

    def update(self, **kwargs: Any) -> NoReturn:
        self._refuse()

    async def aupdate(self, **kwargs: Any) -> NoReturn:
        self._refuse()

    def delete(self) -> NoReturn:
        self._refuse()

    async def adelete(self) -> NoReturn:
        self._refuse()

    def bulk_update(self, objs: Iterable[M], fields: Any, batch_size: int | None = None) -> NoReturn:
        self._refuse()

    def bulk_create(self, objs: Iterable[M], *args: Any, **kwargs: Any) -> list[M]:
        if kwargs.get("update_conflicts"):
            self._refuse()
        return super().bulk_create(objs, *args, **kwargs)


class AppendOnlyModel(models.Model):
    """Saves once; a second save and any delete are refused."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise ImmutableRowError(type(self).__name__)
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise ImmutableRowError(type(self).__name__)
