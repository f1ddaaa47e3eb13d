"""The shared template tags: they escape what people typed, and a status is never color alone."""

import importlib.util
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.safestring import mark_safe

from cms.templatetags.components import CALLOUTS, GATES, STATUSES
from people.api import Refusal
from tests.factories.people import UserFactory

ROOT = Path(__file__).resolve().parents[2]
EVIL = "<script>alert('x')</script>"


def render(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


def sprite_icons() -> set[str]:
    spec = importlib.util.spec_from_file_location("build_assets", ROOT / "static/build_assets.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return set(module.ICONS)


class SampleForm(forms.Form):
    name = forms.CharField(help_text="As on the <b>certificate</b>.")
    note = forms.CharField(required=False)
    risk = forms.ChoiceField(choices=[("low", "Low"), ("high", "High")], widget=forms.RadioSelect)
    agree = forms.BooleanField(label="I agree")
    token = forms.CharField(widget=forms.HiddenInput)

    def clean(self):
        raise forms.ValidationError("The two do not fit together.")


# --- icons and status -----------------------------------------------------------------------------


def test_icon_is_decoration_unless_it_is_given_words():
    assert 'aria-hidden="true"' in render('{% icon "check" %}')
    spoken = render('{% icon "check" words %}', words=EVIL)
    assert 'role="img"' in spoken
    assert "<script>" not in spoken


@pytest.mark.parametrize("code", STATUSES)
def test_status_is_icon_and_word_and_color(code):
    html = render("{% status code %}", code=code)
    assert f"#{STATUSES[code].icon}" in html
    assert text_of(html) == STATUSES[code].word
    assert f"status--{STATUSES[code].tone}" in html


def test_no_two_statuses_look_and_read_alike():
    looks = [(look.icon, look.word) for look in STATUSES.values()]
    assert len(set(looks)) == len(looks)


def test_status_takes_own_words_and_escapes_them():
    assert text_of(render('{% status "due_soon" "Due in 9 days" %}')) == "Due in 9 days"
    assert "<script>" not in render('{% status "met" words %}', words=EVIL)


def test_status_trusts_safe_words_without_trusting_the_same_words_from_people():
    assert "<em>now</em>" in render('{% status "met" words %}', words=mark_safe("<em>now</em>"))
    assert "<em>now</em>" not in render('{% status "met" words %}', words="<em>now</em>")


def test_an_unlisted_status_shows_as_unknown_with_its_word():
    html = render("{% status code %}", code="half_done")
    assert text_of(html) == "Half done"
    assert "status--unknown" in html


@pytest.mark.parametrize("state", GATES)
def test_gate_mark_differs_in_shape_and_speaks(state):
    html = render("{% gate_mark state %}", state=state)
    assert GATES[state].strokes in html
    assert text_of(html) == GATES[state].word
    assert len({look.strokes for look in GATES.values()}) == len(GATES)


def test_an_unknown_gate_is_closed():
    assert text_of(render('{% gate_mark "whatever" %}')) == "Gate closed"


def test_every_icon_that_is_asked_for_is_in_the_sprite():
    asked = {look.icon for look in STATUSES.values()} | {icon for _, icon in CALLOUTS.values()}
    for path in (ROOT / "templates").rglob("*.html"):
        source = path.read_text(encoding="utf-8")
        asked |= set(re.findall(r'{%\s*(?:icon|empty)\s+"([a-z0-9-]+)"', source))
    assert asked <= sprite_icons()


# --- numbers and people ---------------------------------------------------------------------------


def test_progress_says_its_number():
    html = render('{% progress 3 5 "lessons" %}')
    assert text_of(html) == "3 of 5 lessons"
    assert 'max="5" value="3"' in html


@pytest.mark.parametrize(
    ("value", "total", "words"), [(0, 0, "0 of 0"), (None, None, "0 of 0"), (1200, 5000, "1,200 of 5,000")]
)
def test_progress_survives_nothing_and_groups_thousands(value, total, words):
    html = render("{% progress value total %}", value=value, total=total)
    assert text_of(html) == words
    assert 'max="0"' not in html


def test_progress_is_full_only_when_everything_is_done():
    assert "progress--full" in render("{% progress 5 5 %}")
    assert "progress--full" not in render("{% progress 0 0 %}")


def test_stat_shows_number_words_and_trend():
    html = render('{% stat 1204 "people" "up" "6 more" %}')
    assert text_of(html) == "1,204 people 6 more"
    assert "trending-up" in html


def test_person_shows_name_and_title_escaped():
    html = render("{% person user title %}", user=UserFactory.build(first_name="<b>", last_name="Ñ"), title=EVIL)
    assert "<script>" not in html
    assert "&lt;b&gt;" in html


def test_nobody_is_said_in_words():
    assert text_of(render("{% person None %}")) == "Nobody yet"


def test_likert_hides_small_groups():
    html = render('{% likert answers "I know our goals" %}', answers=[0, 0, 1, 1, 2])
    assert "from five answers up" in html
    assert "rect" not in html


def test_likert_says_the_same_in_words():
    html = render('{% likert answers "I know our goals" %}', answers=[1, 0, 1, 4, 4])
    assert "80 %" in text_of(html)
    assert "5: 4" in html
    assert "style=" not in html


# --- the way around -------------------------------------------------------------------------------


def test_breadcrumb_links_all_but_the_last():
    html = render('{% breadcrumb "Programs" "/programs/" title "/p/" "Step 3" %}', title=EVIL)
    assert html.count("<a ") == 2
    assert '<li aria-current="page">Step 3</li>' in html
    assert "<script>" not in html


def test_pagination_keeps_the_filters_of_the_address():
    html = render(
        "{% pagination page_obj %}",
        page_obj=Paginator(range(100), 10).get_page(4),
        request=RequestFactory().get("/people/", {"team": "A&B", "page": "4"}),
    )
    assert 'href="?team=A%26B&amp;page=5"' in html
    assert 'aria-current="page" aria-label="Page 4"' in html


def test_pagination_of_one_page_is_nothing():
    assert render("{% pagination page_obj %}", page_obj=Paginator(range(3), 10).get_page(1)).strip() == ""


def test_tabs_mark_the_page_shown():
    html = render('{% tabs "Views" "Board" "/b/" 0 "Roles" "/r/" 7 %}', request=RequestFactory().get("/r/"))
    assert '<a href="/r/" aria-current="page">Roles<span class="tabs__count">7</span></a>' in html
    assert '<a href="/b/">Board</a>' in html


def test_empty_state_offers_its_one_button_only_with_an_address():
    assert "button--primary" in render('{% empty "inbox" "Nothing" "Soon." "Add" "/add/" %}')
    assert "button--primary" not in render('{% empty "inbox" "Nothing" "Soon." %}')


def test_empty_state_works_inside_a_loop():
    html = render('{% for x in rows %}{{ x }}{% empty %}{% empty "inbox" "Nothing yet" %}{% endfor %}', rows=[])
    assert "Nothing yet" in html


def test_rail_names_steps_states_and_the_current_one():
    steps = [
        SimpleNamespace(number=1, title=EVIL, url="/1/", state="passed", gate="passed", is_current=False),
        SimpleNamespace(number=2, title="Align", url="/2/", state="open", gate="ready", is_current=True),
        SimpleNamespace(number=3, title="Commit", url="", state="locked", gate="closed", is_current=False),
    ]
    html = render("{% rail steps %}", steps=steps)
    assert "<script>" not in html
    assert html.count('aria-current="step"') == 1
    assert html.count("<a ") == 2
    for words in ("Passed", "Ready to decide", "Locked", "Gate ready for a decision", "Gate closed"):
        assert words in text_of(html)


# --- how things stand -----------------------------------------------------------------------------


def finding(**facts: object) -> SimpleNamespace:
    return SimpleNamespace(
        **{
            "status": "not_met",
            "summary": "38 of 41 trained",
            "missing": [{"person_id": 1, "name": EVIL, "what": "OKR foundations"}],
            "missing_count": 3,
            "warnings": ["Above the rule of thumb."],
            "fix_label": "Assign",
            "fix_url": "/assign/",
            "as_of": None,
        }
        | facts
    )


def test_finding_says_who_is_missing_and_how_many_more():
    html = render("{% finding finding %}", finding=finding())
    assert "<script>" not in html
    words = text_of(html)
    for part in (
        "Not met",
        "38 of 41 trained",
        "3 missing",
        "OKR foundations",
        "and 2 more",
        "Above the rule of thumb.",
    ):
        assert part in words
    assert '<a href="/assign/">Assign</a>' in html


def test_a_met_finding_offers_no_fix():
    html = render("{% finding finding %}", finding=finding(status="met", missing=[], missing_count=0))
    assert "/assign/" not in html
    assert "<details" not in html


def test_refusal_says_why_who_and_where():
    answer = Refusal("Three items are open.", "Jana", "Open the gate room", "/gate/", "The sponsor")
    words = text_of(render("{% refusal answer %}", answer=answer))
    assert words == "Three items are open. It is up to Jana. The sponsor could waive it. Open the gate room"


@pytest.mark.parametrize("answer", [True, None, ""])
def test_no_refusal_is_nothing(answer):
    assert render("{% refusal answer %}", answer=answer).strip() == ""


def test_refusal_escapes():
    assert "<script>" not in render("{% refusal answer %}", answer=Refusal(EVIL))


def test_callout_escapes_title_and_variables_but_keeps_its_own_markup():
    html = render('{% callout "note" title %}<p>{{ text }}</p>{% endcallout %}', title=EVIL, text=EVIL)
    assert "<script>" not in html
    assert "<p>&lt;script&gt;" in html


def test_dialog_is_named_by_its_title():
    html = render('{% dialog "sure" "Sure?" %}<p>{{ text }}</p>{% enddialog %}', text=EVIL)
    assert 'aria-labelledby="sure-title"' in html
    assert '<h2 id="sure-title">Sure?</h2>' in html
    assert "<script>" not in html


def test_timeline_escapes():
    html = render("{% timeline entries %}", entries=[{"title": EVIL, "by": EVIL, "text": EVIL}])
    assert "<script>" not in html


# --- forms ----------------------------------------------------------------------------------------


def test_field_ties_label_hint_and_error_to_the_input():
    form = SampleForm({"name": ""})
    html = render("{% field form.name %}", form=form)
    assert '<label for="id_name">Name</label>' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert "This field is required." in html
    assert "<b>certificate</b>" not in html


def test_field_says_optional_instead_of_starring_the_required():
    assert "optional" in render("{% field form.note %}", form=SampleForm())
    assert "optional" not in render("{% field form.name %}", form=SampleForm())


def test_choices_stand_in_a_fieldset_with_a_legend():
    html = render("{% field form.risk %}", form=SampleForm())
    assert "<legend>Risk</legend>" in html
    assert "</fieldset>" in html


def test_checkbox_is_labeled_once():
    html = render("{% field form.agree %}", form=SampleForm())
    assert html.count("<label") == 1


def test_hidden_field_is_only_the_input():
    html = render("{% field form.token %}", form=SampleForm())
    assert "<label" not in html
    assert 'type="hidden"' in html


def test_form_errors_list_everything_and_link_to_the_fields():
    form = SampleForm({"name": "", "note": "x"})
    html = render("{% form_errors form %}", form=form)
    assert 'role="alert"' in html
    assert "autofocus" in html
    assert "5 things need another look" in text_of(html)
    assert "The two do not fit together." in html
    assert '<a href="#id_name">Name</a>' in html
    ids = set(re.findall(r'href="#([^"]+)"', html))
    page = "".join(render("{% field form.name %}{% field form.risk %}{% field form.agree %}", form=form))
    assert all(f'id="{element_id}"' in page for element_id in ids)


def test_a_form_without_errors_has_no_list():
    assert render("{% form_errors form %}", form=SampleForm()).strip() == ""
