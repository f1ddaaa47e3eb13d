from django.http import HttpRequest

from people.api import User


class SignedInRequest(HttpRequest):
    """A request behind ``login_required``."""

    user: User
