from django.urls import URLPattern, path

from courses.views import catalog, learning, player, quizzes, sessions

app_name = "courses"
urlpatterns: list[URLPattern] = [
    path("catalog/", catalog.course_list, name="catalog"),
    path("catalog/<str:slug>/", catalog.course_detail, name="course"),
    path("catalog/<str:slug>/<str:lesson_slug>/", player.lesson_detail, name="lesson"),
    path("catalog/<str:slug>/<str:lesson_slug>/finish/", player.lesson_finish, name="complete"),
    path("catalog/<str:slug>/<str:lesson_slug>/responses/", player.responses_save, name="responses"),
    path("catalog/<str:slug>/<str:lesson_slug>/quiz/", quizzes.quiz_start, name="quiz_start"),
    path("learning/", learning.overview, name="learning"),
    path("learning/enroll/<str:slug>/", catalog.course_enroll, name="enroll"),
    path("learning/resume/<str:slug>/", learning.resume, name="resume"),
    path("learning/attempts/<int:pk>/", quizzes.attempt_detail, name="quiz"),
    path("learning/attempts/<int:pk>/answers/<int:question_id>/", quizzes.answer_save, name="quiz_answer"),
    path("learning/attempts/<int:pk>/submit/", quizzes.attempt_submit, name="quiz_submit"),
    path("training/sessions/", sessions.session_list, name="sessions"),
    path("training/sessions/new/", sessions.session_new, name="session_new"),
    path("training/sessions/<int:pk>/", sessions.session_detail, name="session"),
    path("training/sessions/<int:pk>/book/", sessions.seat_book, name="session_book"),
    path("training/sessions/<int:pk>/cancel/", sessions.seat_cancel, name="session_cancel"),
    path("training/sessions/<int:pk>/change/", sessions.session_change, name="session_change"),
    path("training/sessions/<int:pk>/call-off/", sessions.session_call_off, name="session_call_off"),
    path("training/sessions/<int:pk>/seats/", sessions.seat_give, name="session_seat"),
    path("training/sessions/<int:pk>/attendance/", sessions.attendance_record, name="session_attendance"),
]
