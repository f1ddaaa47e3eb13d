"""The style guide in a real browser: readable for everyone, at every width, in light and dark."""

import pytest

from tests.browser.conftest import DESK, PHONE, TABLET
from tests.factories.people import UserFactory


@pytest.mark.parametrize(
    ("size", "scheme"),
    [(PHONE, "light"), (TABLET, "dark"), (DESK, "light"), (DESK, "dark")],
    ids=["phone", "tablet in the dark", "desk", "desk in the dark"],
)
def test_styleguide_is_accessible_and_fits(open_page, assert_accessible, assert_fits, size, scheme):
    page = open_page(size=size, scheme=scheme)
    assert page.goto("/styleguide/?errors=1").ok
    assert_accessible(page)
    assert_fits(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_sign_in_page_is_accessible(open_page, assert_accessible, assert_fits, scheme):
    page = open_page(size=PHONE, scheme=scheme)
    assert page.goto("/accounts/login/").ok
    assert_accessible(page)
    assert_fits(page)


def test_icons_and_typefaces_come_from_our_own_files(page):
    page.goto("/styleguide/")
    loaded = page.evaluate(
        "async () => { await document.fonts.ready;"
        " return [...document.fonts].filter(f => f.status === 'loaded').map(f => f.family.replaceAll('\"', '')) }"
    )
    assert {"Inter", "Source Serif 4"} <= set(loaded)
    box = page.locator("svg.icon--circle-check use").first.bounding_box()
    assert box["width"] > 8


def test_focus_goes_to_the_list_of_errors(page):
    page.goto("/styleguide/?errors=1")
    assert page.evaluate("document.activeElement.className").startswith("notice notice--blocked form-errors")
    page.get_by_role("link", name="Name", exact=True).click()
    assert page.evaluate("document.activeElement.id") == "id_name"


def test_skip_link_is_the_first_stop(page):
    page.goto("/accounts/password/reset/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_focus_ring_is_three_pixels_wide(page):
    page.goto("/styleguide/")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "3px"


def test_dialog_opens_and_closes_by_keyboard(page, assert_accessible):
    page.goto("/styleguide/")
    page.get_by_role("button", name="Record the decision").press("Enter")
    dialog = page.get_by_role("dialog", name="Record a conditional go?")
    assert dialog.is_visible()
    assert_accessible(page)
    page.keyboard.press("Escape")
    assert not dialog.is_visible()


def test_message_can_be_dismissed(page):
    page.goto("/styleguide/")
    page.get_by_role("button", name="Dismiss this message").click()
    assert page.get_by_role("status").inner_text() == ""


def test_navigation_folds_on_a_phone_and_works_without_scripts(open_page, sign_in, assert_fits):
    UserFactory(email="phone@example.com")
    page = sign_in("phone@example.com", open_page(size=PHONE, scripts=False))
    page.goto("/styleguide/")
    menu = page.get_by_role("navigation", name="Main")
    assert not menu.is_visible()
    page.locator("summary", has_text="Menu").click()
    assert menu.get_by_role("link", name="Catalog").is_visible()
    assert_fits(page)


def test_a_person_signs_in_and_out(page, assert_accessible):
    person = UserFactory(email="jana@example.com", first_name="Jana", last_name="Nováková")
    person.set_password("a-short-sentence")
    person.save()
    page.goto("/accounts/login/?next=/styleguide/")
    page.get_by_label("E-mail").fill("jana@example.com")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    assert page.get_by_role("alert").is_visible()
    assert_accessible(page)
    page.get_by_label("Password").fill("a-short-sentence")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/styleguide/")
    page.locator("summary", has_text="Jana").click()
    assert_accessible(page)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_load_state()
    page.goto("/styleguide/")
    assert page.get_by_role("link", name="Sign in").is_visible()


def test_page_prints_without_controls(page):
    page.goto("/styleguide/")
    page.emulate_media(media="print")
    assert not page.get_by_role("navigation", name="Main").is_visible()
    assert page.locator(".print-header").is_visible()
