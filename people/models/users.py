"""Who signs in, and as whom."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower

from people.clock import now


class Persona(models.TextChoices):
    """What somebody comes to the product for. Employee, manager and new hire follow from the facts; the others
    are assigned (``PersonaAssignment``)."""

    EMPLOYEE = "employee", "Employee"
    MANAGER = "manager", "Manager"
    EXECUTIVE = "executive", "Executive"
    COACH = "coach", "Coach"
    PEOPLE_LEAD = "people_lead", "People lead"
    NEW_HIRE = "new_hire", "New hire"


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        """Create a person who signs in with ``email``; without a password they must set one by mail."""
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        if password is None:
            user.set_unusable_password()
        else:
            user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    email = models.EmailField("e-mail", unique=True)
    first_name = models.CharField("given name", max_length=80, blank=True)
    last_name = models.CharField("family name", max_length=80, blank=True)
    language = models.CharField(max_length=10, default="en")
    time_zone = models.CharField(max_length=64, blank=True, help_text="Empty: the organization's time zone.")
    profile_saved_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When they last chose language and time zone themselves; imports then keep both.",
    )
    is_active = models.BooleanField("active", default=True, help_text="Off when the person has left.")
    is_staff = models.BooleanField("may enter the admin", default=False)
    date_joined = models.DateTimeField(default=now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"
        ordering = ["last_name", "first_name", "email"]
        constraints = [models.UniqueConstraint(Lower("email"), name="one_person_per_email_in_any_case")]

    def __str__(self) -> str:
        return self.get_full_name()

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.email

    def get_short_name(self) -> str:
        return self.first_name or self.email

    @property
    def initials(self) -> str:
        return (self.first_name[:1] + self.last_name[:1]).upper() or self.email[:1].upper()
