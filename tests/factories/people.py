"""People for tests: plain rows, no hidden extras."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from people.models import Membership, Unit, User


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.com")
    first_name = factory.Sequence(lambda n: f"Given{n}")
    last_name = factory.Sequence(lambda n: f"Family{n}")


class UnitFactory(DjangoModelFactory):
    """A root unit; pass ``parent`` for one below another."""

    class Meta:
        model = Unit

    code = factory.Sequence(lambda n: f"unit-{n}")
    name = factory.Sequence(lambda n: f"Unit {n}")
    kind = Unit.Kind.TEAM

    @classmethod
    def _create(cls, model_class, *args, parent=None, **kwargs):
        return parent.add_child(**kwargs) if parent is not None else model_class.add_root(**kwargs)


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    person = factory.SubFactory(UserFactory)
    unit = factory.SubFactory(UnitFactory)
    job_title = "Engineer"
    hired_on = date(2020, 1, 1)
    started_on = date(2020, 1, 1)
