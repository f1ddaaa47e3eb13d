from django.urls import path

from certification.views import coaching, observations, verify

app_name = "certification"
urlpatterns = [
    path("coaching/", coaching.workspace, name="coaching"),
    path("coaching/apply/<slug:key>/", coaching.apply, name="apply"),
    path("coaching/candidacies/<int:pk>/", coaching.candidacy, name="candidacy"),
    path("coaching/candidacies/<int:pk>/withdraw/", coaching.withdraw, name="withdraw"),
    path("coaching/candidacies/<int:pk>/observations/new/", observations.book, name="observation_new"),
    path("coaching/observations/<int:pk>/", observations.observation, name="observation"),
    path("coaching/observations/<int:pk>/cancel/", observations.cancel, name="observation_cancel"),
    path("coaching/certificates/<str:number>.pdf", coaching.certificate, name="certificate"),
    path("verify/", verify.verify_form, name="verify_form"),
    path("verify/<str:number>/", verify.verify, name="verify"),
]
