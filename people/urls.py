from django.urls import path

from people.views import absences, calendars, imports, profiles

app_name = "people"
urlpatterns = [
    path("people/import/", imports.import_people, name="import"),
    path("people/import/<int:pk>/", imports.import_check, name="import_check"),
    path("people/import/<int:pk>/apply/", imports.import_apply, name="import_apply"),
    path("people/calendars/", calendars.calendar_list, name="calendars"),
    path("people/calendars/<str:code>/", calendars.calendar_detail, name="calendar"),
    path("people/calendars/<str:code>/holidays/", calendars.holiday_add, name="holiday_add"),
    path("people/calendars/<str:code>/holidays/<int:pk>/remove/", calendars.holiday_remove, name="holiday_remove"),
    path("people/absences/", absences.absences, name="absences"),
    path("people/absences/<int:pk>/end/", absences.absence_end, name="absence_end"),
    path("people/me/", profiles.me, name="me"),
]
