"""What every page shows around its content: the company's name and where one can go."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache, caches
from django.db.models import Value
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html_join

from certification.api import Candidacy, Observation
from people.api import PROJECT_LEADS, TRAINERS, Persona, User, is_people_lead, organization
from rollout.api import programs_of

COMPANY_CACHE_KEY = "cms:company"
ROOMS_CACHE_KEY = "cms:rooms:{}"
COMPANY_SECONDS = 10
ROOMS_SECONDS = 30
LOGO_FILTER = "max-320x80"
# Later ones win.
STYLESHEETS = [
    "fonts",
    "tokens",
    "base",
    "components",
    "people",
    "courses",
    "certification",
    "rollout",
    "cms",
    "print",
]


class NavigationItem(NamedTuple):
    """One entry of the main navigation."""

    label: str
    url: str
    icon: str = ""
    is_current: bool = False


@dataclass
class Navigation:
    """Where this visitor can go."""

    items: list[NavigationItem] = field(default_factory=list)
    account: list[NavigationItem] = field(default_factory=list)
    footer: list[NavigationItem] = field(default_factory=list)
    search_url: str = ""
    sign_in_url: str = ""
    sign_out_url: str = ""


def company() -> dict[str, Any]:
    """Return ``name``, ``logo_url`` and ``open_to_visitors``; each process keeps them for ten seconds."""
    found: dict[str, Any] | None = caches["process"].get(COMPANY_CACHE_KEY)
    if found is None:
        settings = organization()
        found = {
            "name": settings.company_name,
            "logo_url": settings.logo.get_rendition(LOGO_FILTER).url if settings.logo else "",
            "open_to_visitors": settings.catalog_open_to_visitors,
        }
        caches["process"].set(COMPANY_CACHE_KEY, found, COMPANY_SECONDS)
    return found


@lru_cache(maxsize=32)
def address(name: str) -> str:
    """Return the address of a page that takes no arguments; looked up once per process, being on every page."""
    return reverse(name)


def rooms(person: User) -> frozenset[str]:
    """Return which rooms ``person`` has something to do in: coaching, programs, people.

    Two queries, kept by each process and shared between them: a new role shows in the navigation a minute later at
    most.
    """
    everything = frozenset({"coaching", "programs", "people"})
    if person.is_superuser:
        return everything
    key = ROOMS_CACHE_KEY.format(person.pk)
    found: frozenset[str] | None = caches["process"].get(key)
    if found is None:
        found = _rooms_from_shared_cache(person, key)
        caches["process"].set(key, found, ROOMS_SECONDS)
    return found


def _rooms_from_shared_cache(person: User, key: str) -> frozenset[str]:
    found: frozenset[str] | None = cache.get(key)
    if found is None:
        coaching, programs = Value("coaching"), Value("programs")
        # One statement of simple parts: as six EXISTS on one row it cost ten times as much to put together.
        rows = (person.persona_assignments.filter(persona=Persona.COACH).order_by().values_list(coaching)).union(
            Candidacy.objects.filter(person=person).order_by().values_list(coaching),
            Observation.objects.filter(observer=person).order_by().values_list(coaching),
            person.groups.filter(name=TRAINERS).order_by().values_list(coaching),
            person.groups.filter(name=PROJECT_LEADS).order_by().values_list(programs),
            programs_of(person).order_by().values_list(programs),
        )
        found = frozenset(room for (room,) in rows) | ({"people"} if is_people_lead(person) else frozenset())
        cache.set(key, found, ROOMS_SECONDS)
    return found


def navigation(request: HttpRequest) -> Navigation:
    """Return the entries this visitor may use, in order."""
    user = getattr(request, "user", AnonymousUser())
    theirs = rooms(user) if isinstance(user, User) else frozenset()
    may_read = user.is_authenticated or company()["open_to_visitors"]
    entries = [
        ("Today", "cms:home", "house", user.is_authenticated),
        ("Catalog", "courses:catalog", "library", may_read),
        ("My learning", "courses:learning", "graduation-cap", user.is_authenticated),
        ("Coaching", "certification:coaching", "handshake", "coaching" in theirs),
        ("Programs", "rollout:programs", "route", "programs" in theirs),
        ("Guidance", "cms:guidance", "compass", user.is_authenticated),
        ("Glossary", "cms:glossary", "book-open", may_read),
    ]
    path = request.path
    items = []
    for label, name, icon, is_shown in entries:
        if is_shown:
            url = address(name)
            items.append(NavigationItem(label, url, icon, path == url or (url != "/" and path.startswith(url))))
    account = [
        NavigationItem(label, address(name), icon)
        for label, name, icon, is_shown in [
            ("Profile", "people:me", "circle-user", True),
            ("Calendar", "rollout:calendar", "calendar-days", True),
            ("E-mail", "account_email", "mail", True),
            ("Password", "account_change_password", "key-round", True),
            ("Two-factor sign-in", "mfa_index", "shield-check", True),
            ("People file", "people:import", "users", "people" in theirs),
            ("Working days", "people:calendars", "calendar-clock", "people" in theirs),
            ("Administration", "wagtailadmin_home", "settings", user.is_staff),
        ]
        if is_shown and user.is_authenticated
    ]
    return Navigation(
        items=items,
        account=account,
        footer=[NavigationItem("Verify a certificate", address("certification:verify_form"))],
        search_url=address("cms:search"),
        sign_in_url=address("account_login"),
        sign_out_url=address("account_logout"),
    )


@lru_cache(maxsize=1)
def assets() -> dict[str, str]:
    """Return the addresses of the frame's files, and ``styles``: the links to the style sheets in their order."""
    return {
        "styles": format_html_join(
            "\n", '<link rel="stylesheet" href="{}">', ((static(f"css/{name}.css"),) for name in STYLESHEETS)
        ),
        "mark": static("img/mark.svg"),
        "typeface": static("vendor/fonts/inter-latin-wght-normal.woff2"),
        "htmx": static("django_htmx/htmx-2.min.js"),
        "script": static("js/site.js"),
    }


def site(request: HttpRequest) -> dict[str, Any]:
    """Give templates ``company``, ``navigation`` and ``assets``; nothing is read before a template asks."""
    return {
        "company": SimpleLazyObject(company),
        "navigation": SimpleLazyObject(lambda: navigation(request)),
        "assets": SimpleLazyObject(assets),
    }
