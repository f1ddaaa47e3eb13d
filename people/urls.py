from django.urls import path

from people.views import imports, profiles

app_name = "people"
urlpatterns = [
    path("people/import/", imports.import_people, name="import"),
    path("people/import/<int:pk>/", imports.import_check, name="import_check"),
    path("people/import/<int:pk>/apply/", imports.import_apply, name="import_apply"),
    path("people/me/", profiles.me, name="me"),
]
