from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe
from wagtail.models import Site
from wagtail.views import serve

from cms.models import ArticleIndexPage, HomePage
from cms.queries.today import today_board


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show Today to signed-in people, the home page to visitors."""
    if request.user.is_authenticated:
        return render(request, "cms/today.html", {"board": today_board(request.user)})
    site = Site.find_for_request(request)
    if site is not None and isinstance(site.root_page.specific, HomePage):
        return serve(request, "")
    # Before set_up_site has run there is no home page; visitors still find the way in.
    return render(request, "cms/home.html", {"page": HomePage(title="Pilotage", headline="Pilotage")})


@require_safe
def guidance(request: HttpRequest) -> HttpResponse:
    """Serve the list of articles at its stable address, wherever the editors' tree has put it."""
    page = ArticleIndexPage.objects.live().first()
    url = page.get_url(request) if page is not None else None
    if url is None:
        raise Http404
    if url == request.path:
        return serve(request, request.path.lstrip("/"))
    return redirect(url)
