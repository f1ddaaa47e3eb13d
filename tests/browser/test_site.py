"""Home, Today, guidance, glossary and search, as visitors and employees open them on a desk and on a phone."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from cms.models import ArticleIndexPage, ArticlePage
from cms.services import set_up_site
from courses.models import GlossaryTerm
from people.api import today
from tests.browser.conftest import DESK, PHONE, TABLET
from tests.factories.courses import EnrollmentFactory, make_course
from tests.factories.people import MembershipFactory, UnitFactory, UserFactory

LONG_TITLE = "Wärmepumpeninstallationsqualitätssicherung für Servicetechnikerinnen"
LONG_WORD = "Schlüsselergebnisverantwortungsübergabe"


@pytest.fixture
def site(live_server, wagtail_indexes) -> None:
    """A site with courses, an article and words, a manager with a report, and much that is due."""
    set_up_site()
    courses = [make_course("okr-foundations", title="OKR foundations"), make_course("long", title=LONG_TITLE)]
    index = ArticleIndexPage.objects.get()
    index.add_child(
        instance=ArticlePage(
            title="How a gate is decided",
            slug="how-a-gate-is-decided",
            summary="What the checklist shows and who decides.",
            body="<h2>First the checklist</h2><p>Yes or no.</p><ul><li>Go</li><li>Hold</li></ul>",
        )
    )
    gate = GlossaryTerm.objects.create(key="gate", term="gate", definition="Between two steps.", example="Step 5.")
    word = GlossaryTerm.objects.create(key="long-word", term=LONG_WORD, definition="A word from the works agreement.")
    word.related.add(gate)
    manager = UserFactory(email="manager@example.com", first_name="Torben", last_name="Schirrmacher")
    MembershipFactory(person=manager)
    for number in range(3):
        report = UserFactory(first_name="Maximiliane", last_name=f"Freifrau von und zu Brückner-Hohenstein {number}")
        MembershipFactory(person=report, manager=manager, unit=UnitFactory())
        EnrollmentFactory(person=report, course=courses[1], due_on=today() - timedelta(days=number))
    EnrollmentFactory(person=manager, course=courses[0], due_on=today() - timedelta(days=2))
    EnrollmentFactory(person=manager, course=courses[1], due_on=today() + timedelta(days=3))


@pytest.mark.parametrize(("size", "scheme"), [(DESK, "light"), (TABLET, "dark"), (PHONE, "light"), (PHONE, "dark")])
def test_every_page_fits_and_is_accessible(site, open_page, sign_in, assert_accessible, assert_fits, size, scheme):
    visitor = open_page(size=size, scheme=scheme)
    for path in ("/", "/glossary/", "/glossary/?q=gate", "/search/?q=gate", "/search/?q=zebra"):
        visitor.goto(path)
        assert_accessible(visitor)
        assert_fits(visitor)
    page = sign_in("manager@example.com", open_page(size=size, scheme=scheme))
    for path in ("/", "/guidance/", "/guidance/how-a-gate-is-decided/", "/search/"):
        page.goto(path)
        assert_accessible(page)
        assert_fits(page)


def test_a_visitor_reads_the_home_page_and_a_word_of_the_glossary(site, page):
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("From the first pilot to the last team")
    page.get_by_role("link", name="OKR foundations").click()
    expect(page).to_have_url(re.compile("/catalog/okr-foundations/$"))
    page.goto("/glossary/")
    page.get_by_role("navigation", name="Letters").get_by_role("link", name="S", exact=True).click()
    expect(page.get_by_role("heading", name=LONG_WORD)).to_be_in_viewport()
    page.get_by_role("main").get_by_role("link", name="gate", exact=True).click()
    expect(page).to_have_url(re.compile("#term-gate$"))
    expect(page.get_by_role("heading", name="gate", exact=True)).to_be_in_viewport()


def test_a_manager_reads_what_is_due_and_goes_on_with_it(site, page, sign_in):
    sign_in("manager@example.com")
    page.goto("/")
    main = page.get_by_role("main")
    expect(main).to_contain_text("One course is overdue and one course is due soon.")
    expect(main).to_contain_text("3 people report to you. 2 have something overdue.")
    main.get_by_role("link", name=re.compile("Go on with “OKR foundations”")).click()
    expect(page).to_have_url(re.compile("/catalog/okr-foundations/lesson-1/$"))


def test_search_works_from_the_header_without_scripts(site, open_page, sign_in):
    page = sign_in("manager@example.com", open_page(scripts=False))
    page.goto("/")
    page.get_by_role("search", name="Site").get_by_role("searchbox").fill("gate")
    page.get_by_role("search", name="Site").get_by_role("searchbox").press("Enter")
    expect(page.get_by_role("main")).to_contain_text("2 results for “gate”.")
    page.get_by_role("link", name="How a gate is decided").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How a gate is decided")
    expect(page.get_by_role("heading", name="First the checklist")).to_be_visible()
