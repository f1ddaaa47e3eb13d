from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from people.views.admin_login import admin_login

urlpatterns = [
    path("admin/login/", admin_login),
    path("admin/", include(wagtailadmin_urls)),
    path("accounts/", include("allauth.urls")),
    path("documents/", include(wagtaildocs_urls)),
    path("", include("people.urls")),
    path("", include("courses.urls")),
    path("", include("certification.urls")),
    path("", include("rollout.urls")),
    path("", include("cms.urls")),
    path("", include(wagtail_urls)),
]
