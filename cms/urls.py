from django.conf import settings
from django.urls import path

from cms.views.glossary import glossary_page
from cms.views.health import healthz, robots
from cms.views.home import guidance, home
from cms.views.media import picture
from cms.views.search import search_page
from cms.views.styleguide import styleguide

app_name = "cms"
urlpatterns = [
    path("", home, name="home"),
    path("guidance/", guidance, name="guidance"),
    path("glossary/", glossary_page, name="glossary"),
    path("search/", search_page, name="search"),
    path("healthz", healthz, name="healthz"),
    path("robots.txt", robots, name="robots"),
    path("media/images/<path:name>", picture, name="picture"),
]
if settings.STYLEGUIDE:
    urlpatterns.append(path("styleguide/", styleguide, name="styleguide"))
