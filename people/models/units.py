from django.db import models
from treebeard.mp_tree import MP_Node


class Unit(MP_Node):
    """A part of the organization: company › department › team. ``code`` is the stable key that imports use."""

    class Kind(models.TextChoices):
        COMPANY = "company", "Company"
        DEPARTMENT = "department", "Department"
        TEAM = "team", "Team"

    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=12, choices=Kind.choices)

    class Meta:
        ordering = ["path"]

    def __str__(self) -> str:
        return self.name
