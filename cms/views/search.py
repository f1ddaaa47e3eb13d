from dataclasses import dataclass
from itertools import chain
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cms.forms import SearchForm
from cms.queries.kinds import KINDS
from cms.queries.search import search, words_of

HITS_PER_PAGE = 20


@dataclass(frozen=True)
class Tab:
    """One kind of result in the row of filters."""

    label: str
    count: int
    url: str
    is_current: bool


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """Show what matches ``?q=``, of one ``?kind=`` or of all, twenty to a page."""
    form = SearchForm(request.GET or None)
    form.is_valid()
    query = form.cleaned_data.get("q", "") if form.is_bound else ""
    kind = form.cleaned_data.get("kind", "") if form.is_bound else ""
    found = search(query, request)
    total = sum(len(hits) for hits in found.values())
    shown = found[kind] if kind else list(chain.from_iterable(found.values()))
    counts = {"": total, **{key: len(hits) for key, hits in found.items()}}
    tabs = [
        Tab(label, counts[key], "?" + urlencode({"q": query, **({"kind": key} if key else {})}), key == kind)
        for key, label in {"": "Everything", **KINDS}.items()
        if counts[key] or key == kind
    ]
    context = {
        "form": form if form.is_bound else SearchForm(),
        "query": query,
        "has_words": bool(words_of(query)),
        "total": total,
        "tabs": tabs,
        "kind": kind,
        "kinds": KINDS,
        "page_obj": Paginator(shown, HITS_PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "cms/search.html", context)
