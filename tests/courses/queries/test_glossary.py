import pytest

from courses.models import GlossaryTerm
from courses.queries.glossary import Explainer, Term, forget_glossary, glossary


def term(key: str, *spellings: str) -> Term:
    return Term(key, spellings[0], "A definition.", "", spellings)


OKR = term("okr", "OKR", "OKRs", "objectives and key results")
KEY_RESULT = term("key-result", "key result", "key results", "KR", "KRs")
OBJECTIVE = term("objective", "objective", "objectives")
ALL = (OKR, KEY_RESULT, OBJECTIVE)


def button(key: str, words: str) -> str:
    return f'<button type="button" class="term" popovertarget="term-{key}">{words}</button>'


def test_explainer_marks_the_first_occurrence_only():
    explain = Explainer(ALL)
    assert (
        explain("<p>A key result is a key result.</p>")
        == f"<p>A {button('key-result', 'key result')} is a key result.</p>"
    )
    assert explain("<p>Key results again.</p>") == "<p>Key results again.</p>"
    assert explain.found == [KEY_RESULT]


def test_explainer_prefers_the_longest_words():
    html = Explainer(ALL)("<p>Objectives and key results, objectives.</p>")
    assert html == f"<p>{button('okr', 'Objectives and key results')}, {button('objective', 'objectives')}.</p>"


@pytest.mark.parametrize(
    ("html", "marked"),
    [
        ("<p>KEY RESULT</p>", "KEY RESULT"),
        ("<p>key\nresults</p>", "key\nresults"),
        ("<p>(KRs)</p>", "KRs"),
        ("<p>a <b>key result</b>.</p>", "key result"),
        ("<p>1 &lt; 2 key results</p>", "key results"),
    ],
)
def test_explainer_finds_words_as_they_stand(html, marked):
    assert Explainer(ALL)(html) == html.replace(marked, button("key-result", marked))


@pytest.mark.parametrize(
    "html",
    [
        "<p>okr and okrs and krs in small letters</p>",
        "<p>monkey results, key resultsets, sub-key results, key-results-based</p>",
        "<h3>Key results</h3>",
        '<p><a href="/key-result/">the <b>key result</b></a></p>',
        '<button type="button">Key result</button>',
        '<p><img alt="key result" src="x.png"></p>',
        '<img alt="key result" src="x.png" />',
        "<!-- key result -->",
        "<svg><text>key result</text></svg>",
        "<p>&OKR; &#160; &amp;</p>",
        "",
    ],
)
def test_explainer_leaves_the_rest_alone(html):
    explain = Explainer(ALL)
    assert explain(html) == html
    assert explain.found == []


def test_explainer_goes_on_after_a_heading():
    assert Explainer(ALL)("<h3>OKR</h3><p>OKR</p>") == f"<h3>OKR</h3><p>{button('okr', 'OKR')}</p>"


def test_explainer_stops_at_its_limit():
    explain = Explainer((term("a", "apple"), term("b", "banana"), term("c", "cherry")), most=2)
    html = explain("<p>apple banana cherry</p>")
    assert [found.key for found in explain.found] == ["a", "b"]
    assert html.endswith(" cherry</p>")


def test_explainer_without_terms_changes_nothing():
    assert Explainer(())("<p>OKR</p>") == "<p>OKR</p>"


@pytest.mark.django_db
def test_glossary_is_asked_once_a_minute_and_stamped(django_assert_num_queries):
    GlossaryTerm.objects.create(key="okr", term="OKR", also="OKRs\n\n OKR \n", definition="Goals.")
    GlossaryTerm.objects.create(key="review", term="review", definition="A look back.", is_annotated=False)
    with django_assert_num_queries(1):
        first = glossary()
        assert glossary() == first
    assert [(found.key, found.spellings) for found in first.terms] == [("okr", ("OKR", "OKRs"))]
    GlossaryTerm.objects.update(definition="Better goals.")
    assert glossary() == first
    forget_glossary()
    assert glossary().stamp != first.stamp
