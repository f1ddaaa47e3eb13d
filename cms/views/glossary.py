from string import ascii_uppercase

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cms.forms import GlossarySearchForm
from cms.queries.glossary import glossary
from people.api import organization


@require_safe
def glossary_page(request: HttpRequest) -> HttpResponse:
    """Show the glossary from A to Z, or the terms that match ``?q=``. Visitors see it when the catalog is open to
    them, otherwise they are asked to sign in."""
    if not request.user.is_authenticated and not organization().catalog_open_to_visitors:
        return redirect_to_login(request.get_full_path())
    form = GlossarySearchForm(request.GET or None)
    query = form.cleaned_data["q"].strip() if form.is_bound and form.is_valid() else ""
    letters = glossary(query)
    present = {letter.sign: letter.anchor for letter in letters}
    context = {
        "form": form if form.is_bound else GlossarySearchForm(),
        "query": query,
        "letters": letters,
        "alphabet": [(sign, present.get(sign, "")) for sign in [*ascii_uppercase, *(["#"] if "#" in present else [])]],
        "count": sum(len(letter.terms) for letter in letters),
    }
    return render(request, "cms/glossary.html", context)
