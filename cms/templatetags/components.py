"""Template tags of the shared components; loaded everywhere as builtins, shown together on /styleguide/.

Small ones are put together here because lists print hundreds of them; those with structure have a template in
``templates/components/``. Every status is icon + word + color (never color alone).
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.forms.utils import ErrorList
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


class StatusLook(NamedTuple):
    """How one status is shown: ``tone`` names the color tokens, ``icon`` the sprite's symbol, ``word`` the text."""

    tone: str
    icon: str
    word: str


STATUSES: dict[str, StatusLook] = {
    "met": StatusLook("met", "circle-check", "Met"),
    "not_met": StatusLook("blocked", "circle-x", "Not met"),
    "unknown": StatusLook("unknown", "circle-question-mark", "Unknown"),
    "waived": StatusLook("waived", "shield", "Waived"),
    "not_applicable": StatusLook("unknown", "circle-slash", "Not applicable"),
    "locked": StatusLook("unknown", "lock", "Locked"),
    "open": StatusLook("accent", "circle-dot", "Open"),
    "not_started": StatusLook("unknown", "circle-dashed", "Not started"),
    "in_progress": StatusLook("accent", "circle-play", "In progress"),
    "waiting": StatusLook("due", "hourglass", "Waiting"),
    "ready": StatusLook("accent", "door-open", "Ready"),
    "due_soon": StatusLook("due", "clock", "Due soon"),
    "overdue": StatusLook("blocked", "clock-alert", "Overdue"),
    "completed": StatusLook("met", "circle-check", "Completed"),
    "passed": StatusLook("met", "flag", "Passed"),
    "conditional": StatusLook("due", "circle-alert", "Passed with conditions"),
    "suspect": StatusLook("blocked", "triangle-alert", "Suspect"),
    "failed": StatusLook("blocked", "circle-x", "Not passed"),
    "valid": StatusLook("met", "badge-check", "Valid"),
    "revoked": StatusLook("blocked", "ban", "Revoked"),
    "expired": StatusLook("blocked", "calendar-clock", "Expired"),
    "superseded": StatusLook("unknown", "history", "Superseded"),
    "requested": StatusLook("due", "hourglass", "Requested"),
    "active": StatusLook("waived", "shield", "Active"),
    "rejected": StatusLook("blocked", "circle-x", "Rejected"),
    "fulfilled": StatusLook("met", "circle-check", "Fulfilled"),
    "suspended": StatusLook("due", "circle-pause", "Suspended"),
    "warning": StatusLook("due", "triangle-alert", "Warning"),
    "blocked": StatusLook("blocked", "octagon-x", "Blocked"),
    "stopped": StatusLook("blocked", "circle-stop", "Stopped"),
}


class GateLook(NamedTuple):
    """How one gate state is drawn: its tone, its words and the strokes between the two posts."""

    tone: str
    word: str
    strokes: str


# Two posts; what happens between them tells the states apart without color.
GATE_POSTS = '<path d="M4 21V5M20 21V5"/>'
GATES: dict[str, GateLook] = {
    "closed": GateLook("unknown", "Gate closed", '<path d="M4 10h16M4 16h16M9 10v6M15 10v6"/>'),
    "ready": GateLook(
        "accent", "Gate ready for a decision", '<path d="M4 12h6M20 12h-6"/><circle cx="12" cy="12" r="1.6"/>'
    ),
    "passed": GateLook("met", "Gate passed", '<path d="m8 13 3 3 5-7"/>'),
    "conditional": GateLook("due", "Gate passed with conditions", '<path d="m8 11 3 3 5-7M8 19h8"/>'),
    "suspect": GateLook(
        "blocked", "Gate suspect: confirm again", '<path d="M12 8v6"/><circle cx="12" cy="18" r=".6"/>'
    ),
}

CALLOUTS: dict[str, tuple[str, str]] = {
    "note": ("accent", "info"),
    "tip": ("met", "lightbulb"),
    "example": ("accent", "quote"),
    "good": ("met", "thumbs-up"),
    "bad": ("blocked", "thumbs-down"),
    "warning": ("due", "triangle-alert"),
    "important": ("blocked", "circle-alert"),
    "definition": ("waived", "book-open"),
}


@lru_cache(maxsize=1)
def sprite_url() -> str:
    """Return the address of the icon sprite (with its hash in production)."""
    return static("vendor/icons.svg")


@lru_cache(maxsize=512)
def icon_html(name: str) -> SafeString:
    """Return the icon ``name`` as decoration: the words beside it speak."""
    return format_html(
        '<svg class="icon icon--{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        name,
        sprite_url(),
        name,
    )


def status_html(code: str, words: object = "") -> SafeString:
    """Return the badge of status ``code``, in its usual word or in ``words``. An unlisted code shows as unknown."""
    look = STATUSES.get(code) or StatusLook("unknown", "circle-question-mark", code.replace("_", " ").capitalize())
    return format_html(
        '<span class="status status--{}">{}<span>{}</span></span>', look.tone, icon_html(look.icon), words or look.word
    )


@lru_cache(maxsize=64)
def gate_svg(state: str) -> SafeString:
    """Return the drawing of a gate in ``state``, without words; also used in documents and mail."""
    look = GATES.get(state) or GATES["closed"]
    return format_html(
        '<svg class="gate-mark__drawing" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"'
        ' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">{}{}</svg>',
        mark_safe(GATE_POSTS),
        mark_safe(look.strokes),
    )


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """``{% icon "check" %}``: decorative; ``{% icon "check" "Finished" %}`` speaks."""
    if not label:
        return icon_html(name)
    return format_html(
        '<svg class="icon icon--{}" role="img" aria-label="{}"><use href="{}#{}"></use></svg>',
        name,
        label,
        sprite_url(),
        name,
    )


@register.simple_tag
def status(code: object, words: object = "") -> SafeString:
    """``{% status "met" %}`` or ``{% status "met" "Own words" %}``: icon, word and color."""
    return status_html(str(code), words)


@register.simple_tag
def gate_mark(state: object, words: object = "", show: bool = False) -> SafeString:
    """``{% gate_mark "ready" %}``: the mark of a gate; its words are read aloud, and shown with ``show=True``."""
    look = GATES.get(str(state)) or GATES["closed"]
    return format_html(
        '<span class="gate-mark gate-mark--{}">{}<span class="{}">{}</span></span>',
        look.tone,
        gate_svg(str(state)),
        "gate-mark__words" if show else "visually-hidden",
        words or look.word,
    )


def number_text(value: object) -> str:
    """Return whole numbers with thousands separators and everything else as it is."""
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


@register.simple_tag
def progress(value: Any, total: Any, unit: object = "") -> SafeString:
    """``{% progress 3 5 "lessons" %}``: a bar and the same in words, “3 of 5 lessons”."""
    value, total = value or 0, total or 0
    is_full = total and value >= total
    return format_html(
        '<span class="progress{}"><progress max="{}" value="{}" aria-hidden="true"></progress>'
        '<span class="progress__words"><strong>{}</strong> of {} {}</span></span>',
        " progress--full" if is_full else "",
        total or 1,
        value,
        number_text(value),
        number_text(total),
        unit,
    )


@register.simple_tag
def person(user: Any, title: object = "") -> SafeString:
    """``{% person user "job title" %}``: initials, name and what they do; nobody is shown as “Nobody yet”."""
    if not user:
        return format_html('<span class="person person--nobody">{}<span>Nobody yet</span></span>', icon_html("user"))
    return format_html(
        '<span class="person"><span class="person__initials" aria-hidden="true">{}</span>'
        '<span class="person__words"><span class="person__name">{}</span>{}</span></span>',
        user.initials,
        user.get_full_name(),
        format_html('<span class="person__title">{}</span>', title) if title else "",
    )


@register.simple_tag
def breadcrumb(*parts: object) -> SafeString:
    """``{% breadcrumb "Programs" programs_url "Title" %}``: text and address in turn; the last stands without."""
    links = format_html_join(
        "", '<li><a href="{}">{}</a></li>', ((url, text) for text, url in zip(parts[:-1:2], parts[1::2], strict=False))
    )
    return format_html(
        '<nav class="breadcrumb" aria-label="Breadcrumb"><ol>{}<li aria-current="page">{}</li></ol></nav>',
        links,
        parts[-1] if parts else "",
    )


@register.simple_tag
def stat(value: object, words: object, trend: str = "", note: object = "") -> SafeString:
    """``{% stat "38" "of 41 trained" %}``: a number in its sentence; ``trend``: up, down or flat, said by ``note``."""
    arrow = {"up": "trending-up", "down": "trending-down", "flat": "minus"}.get(trend)
    tail = format_html('<span class="stat__note">{}{}</span>', icon_html(arrow) if arrow else "", note) if note else ""
    return format_html(
        '<p class="stat"><span class="stat__value">{}</span> <span class="stat__words">{}</span> {}</p>',
        number_text(value),
        words,
        tail,
    )


@register.simple_tag
def likert(answers: Sequence[int], question: object = "") -> SafeString:
    """``{% likert answers "I know my team's goals" %}``: how five answers from disagree to agree are spread.

    ``answers`` counts each answer, lowest first. Fewer than five in all stay hidden (product.md, rule 15).
    """
    total = sum(answers)
    if total < 5:
        return format_html(
            '<div class="likert"><p class="likert__question">{}</p>'
            '<p class="muted">{} Shown from five answers up.</p></div>',
            question,
            icon_html("eye-off"),
        )
    at, bars, words = 0.0, [], []
    for number, count in enumerate(answers, start=1):
        width = count * 100 / total
        bars.append((number, f"{at:.2f}", f"{width:.2f}"))
        words.append(f"{number}: {count}")
        at += width
    agree = round(sum(answers[-2:]) * 100 / total)
    return format_html(
        '<div class="likert"><p class="likert__question">{}</p>'
        '<svg class="likert__bar" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>'
        '<p class="likert__words"><strong>{} %</strong> agree · {} answers</p></div>',
        question,
        "Answers from 1, disagree, to 5, agree. " + ", ".join(words),
        format_html_join("", '<rect class="likert__part likert__part--{}" x="{}" y="0" width="{}" height="8"/>', bars),
        agree,
        total,
    )


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, label: str = "", hint: str = "") -> dict[str, Any]:
    """``{% field form.name %}``: label, help, errors and the input, tied together for screen readers."""
    kind = bound.widget_type
    return {
        "field": bound,
        "label": label or bound.label,
        "hint": hint or bound.help_text,
        "is_check": kind == "checkbox",
        "is_file": kind in {"file", "clearablefile"},
        "is_optional": not bound.field.required and kind != "checkbox",
    }


@register.inclusion_tag("components/form_errors.html")
def form_errors(form: BaseForm) -> dict[str, Any]:
    """``{% form_errors form %}``: every error on top, linked to its field; the focus goes there."""
    if not form.is_bound or not form.errors:
        return {"count": 0}
    fields = [(bound, bound.errors) for bound in form if bound.errors and not bound.is_hidden]
    hidden = [error for bound in form.hidden_fields() for error in bound.errors]
    general: ErrorList | list[Any] = [*form.non_field_errors(), *hidden]
    return {"fields": fields, "general": general, "count": len(general) + sum(len(errors) for _, errors in fields)}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: template.Context, page: Page) -> dict[str, Any]:
    """``{% pagination page_obj %}``: earlier and later pages, keeping the address's filters; nothing for one page."""
    request = context.get("request")
    query = request.GET.copy() if request else None

    def address(number: int) -> str:
        if query is None:
            return f"?page={number}"
        query["page"] = str(number)
        return f"?{query.urlencode()}"

    pages = [
        (number, address(number) if isinstance(number, int) else "")
        for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    ]
    return {
        "page": page,
        "pages": pages,
        "earlier": address(page.number - 1) if page.has_previous() else "",
        "later": address(page.number + 1) if page.has_next() else "",
    }


@register.inclusion_tag("components/empty.html")
def empty(icon_name: str, title: str, text: str = "", label: str = "", url: str = "") -> dict[str, Any]:
    """``{% empty "icon" "Title" "Text" "Button label" url %}``: what will be here and how to make it so.

    Inside ``{% for %}`` write it after the loop's own ``{% empty %}``.
    """
    return {"icon_name": icon_name, "title": title, "text": text, "label": label, "url": url}


@register.inclusion_tag("components/rail.html")
def rail(steps: Iterable[Any], label: str = "Steps") -> dict[str, Any]:
    """``{% rail steps %}``: the stair with gates. Steps have number, title, url, state, gate and is_current."""
    return {"rows": [(step, step_word(str(step.state), str(step.gate))) for step in steps], "label": label}


def step_word(state: str, gate: str) -> str:
    """Return how a step stands, in a word or two."""
    if state == "open" and gate == "ready":
        return "Ready to decide"
    return STATUSES[state].word if state in STATUSES else state


@register.inclusion_tag("components/finding.html")
def finding(finding: Any) -> dict[str, Any]:
    """``{% finding finding %}``: “38 of 41 trained · 3 missing ▸”, who is missing, when it was read, and the fix."""
    missing = list(finding.missing or [])
    return {"finding": finding, "missing": missing, "more": max(0, (finding.missing_count or 0) - len(missing))}


@register.inclusion_tag("components/refusal.html")
def refusal(answer: Any, title: str = "") -> dict[str, Any]:
    """``{% refusal answer %}``: why not, who owes it, where to fix it, who could waive it. Nothing for a yes."""
    return {"refusal": None if answer is True or answer is None or answer == "" else answer, "title": title}


@register.inclusion_tag("components/timeline.html")
def timeline(entries: Iterable[Any]) -> dict[str, Any]:
    """``{% timeline entries %}``: what happened, newest first. Entries have at, title and, if any, by, text, icon."""
    return {"entries": entries}


@register.filter
def is_moment(value: object) -> bool:
    """Tell a moment (with time of day) from a mere date."""
    return isinstance(value, datetime) and isinstance(value, date)


@register.simple_block_tag
def callout(content: str, kind: str = "note", title: str = "") -> SafeString:
    """``{% callout "note" "Title" %}…{% endcallout %}``: one of ``CALLOUTS``, drawn as a note when it is none."""
    tone, icon_name = CALLOUTS.get(kind, CALLOUTS["note"])
    return format_html(
        '<div class="callout callout--{}">{}<div class="callout__body">{}{}</div></div>',
        tone,
        icon_html(icon_name),
        format_html('<p class="callout__title">{}</p>', title) if title else "",
        content,
    )


@register.simple_block_tag
def dialog(content: str, element_id: str, title: str) -> SafeString:
    """``{% dialog "id" "Title" %}…{% enddialog %}``: opened by a button with ``data-dialog="id"``, closed by Escape."""
    return format_html(
        '<dialog class="dialog" id="{0}" aria-labelledby="{0}-title"><h2 id="{0}-title">{1}</h2>{2}</dialog>',
        element_id,
        title,
        content,
    )


@register.simple_tag(takes_context=True)
def tabs(context: template.Context, label: str, *parts: Any) -> SafeString:
    """``{% tabs "Views" "Board" board_url 0 "Roles" roles_url 7 %}``: text, address, count in turn; 0 shows no count.

    The tab whose address is the page's own is current; without a match, the first.
    """
    entries = list(zip(parts[::3], parts[1::3], parts[2::3], strict=True))
    path = context["request"].path if "request" in context else ""
    current = next((number for number, entry in enumerate(entries) if entry[1] == path), 0)
    items = [
        format_html(
            '<li><a href="{}"{}>{}{}</a></li>',
            url,
            mark_safe(' aria-current="page"') if number == current else "",
            words,
            format_html('<span class="tabs__count">{}</span>', number_text(count)) if count else "",
        )
        for number, (words, url, count) in enumerate(entries)
    ]
    return format_html('<nav class="tabs" aria-label="{}"><ul>{}</ul></nav>', label, mark_safe("".join(items)))
