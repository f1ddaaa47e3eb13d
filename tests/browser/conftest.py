"""A real Chromium and a live server: ``page``, ``sign_in(email)``, ``assert_accessible(page)``, ``assert_fits(page)``.

Everything in this folder is marked ``browser`` and runs on committed data (``transaction=True``), because the server
answers from other threads.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

HERE = Path(__file__).parent
PHONE, TABLET, DESK = (390, 844), (820, 1180), (1440, 900)
PATIENCE_MS = 30_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(scope="session")
def playwright_driver() -> Iterator[Playwright]:
    """The driver keeps an event loop in this thread, which Django would otherwise take for asynchronous code."""
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as driver:
        yield driver
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
    else:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


@pytest.fixture(scope="session")
def browser(playwright_driver) -> Iterator[Browser]:
    """One Chromium per worker process; set CHROMIUM when it is not on the path."""
    executable = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    assert executable, "Chromium is missing: run `apt-get install chromium`, or set CHROMIUM to its path."
    browser = playwright_driver.chromium.launch(
        executable_path=executable, args=["--no-sandbox", "--disable-background-networking"]
    )
    yield browser
    browser.close()


@pytest.fixture
def open_page(browser, live_server) -> Iterator[Callable[..., Page]]:
    """Open a window: ``open_page(size=PHONE, scheme="dark", scripts=False)``. Addresses may start with ``/``.

    The test fails when a page broke the content security policy or raised in a script.
    """
    contexts, complaints = [], []

    def open_(size: tuple[int, int] = DESK, scheme: str = "light", scripts: bool = True) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": size[0], "height": size[1]},
            color_scheme=scheme,
            reduced_motion="reduce",
            java_script_enabled=scripts,
            locale="en-US",
            timezone_id="Europe/Berlin",
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda message: (
                complaints.append(f"{page.url}: {message.text}")
                if message.type == "error" and not message.text.startswith("Failed to load resource")
                else None
            ),
        )
        return page

    yield open_
    for context in contexts:
        context.close()
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def page(open_page) -> Page:
    """A window at desk size, in light colors, signed out."""
    return open_page()


@pytest.fixture
def sign_in(request, live_server) -> Callable[..., Page]:
    """Sign in as the person with this address: ``sign_in("lead@example.com")``, or in another window ``page=…``."""
    from people.models import User

    def sign_in_(email: str, page: Page | None = None) -> Page:
        page = page or request.getfixturevalue("page")
        client = Client()
        client.force_login(User.objects.get(email=email), backend=settings.AUTHENTICATION_BACKENDS[0])
        page.context.clear_cookies()
        page.context.add_cookies(
            [
                {
                    "name": settings.SESSION_COOKIE_NAME,
                    "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
                    "url": live_server.url,
                }
            ]
        )
        return page

    return sign_in_


@pytest.fixture(scope="session")
def assert_accessible() -> Callable[[Page], None]:
    """Assert that axe-core finds nothing on the page as it stands now."""
    axe = Axe()

    def assert_accessible_(page: Page) -> None:
        violations = axe.run(page).response["violations"]
        told = [
            f"{violation['id']} ({violation['impact']}): {violation['help']}\n    "
            + "\n    ".join(node["html"][:200] for node in violation["nodes"][:5])
            for violation in violations
        ]
        assert not violations, f"{page.url} has accessibility violations:\n" + "\n".join(told)

    return assert_accessible_


@pytest.fixture(scope="session")
def assert_fits() -> Callable[[Page], None]:
    """Assert that the page does not scroll sideways."""

    def assert_fits_(page: Page) -> None:
        width = page.viewport_size["width"]
        wanted = page.evaluate("document.documentElement.scrollWidth")
        too_wide = page.evaluate(
            "() => [...document.querySelectorAll('main *')]"
            ".filter(e => e.getBoundingClientRect().right > innerWidth + 1)"
            ".slice(0, 5).map(e => e.outerHTML.slice(0, 120))"
        )
        assert wanted <= width, f"{page.url} is {wanted} px wide at {width} px: " + "\n".join(too_wide)

    return assert_fits_
