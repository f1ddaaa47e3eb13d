"""What people leads do to enrollments inside the admin."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from courses.models import Enrollment, LessonCompletion
from courses.rules import may_assign_courses, may_start_over
from courses.services.enrollments import start_over
from people.api import Refused

LIST_URL = "enrollments:index"


@require_http_methods(["GET", "HEAD", "POST"])
def enrollment_start_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what it means, then begin the course anew for somebody. For those who assign courses."""
    if may_assign_courses(request.user) is not True:
        raise PermissionDenied
    enrollment = get_object_or_404(Enrollment.objects.select_related("person", "course"), pk=pk)
    answer = may_start_over(request.user, enrollment)
    if answer is not True:
        messages.error(request, str(answer))
        return redirect(LIST_URL)
    if request.method == "POST":
        try:
            start_over(enrollment=enrollment, actor=request.user)  # type: ignore[arg-type]
        except Refused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"{enrollment.person} begins “{enrollment.course.title}” anew.")
        return redirect(LIST_URL)
    context = {
        "enrollment": enrollment,
        "finished": LessonCompletion.objects.filter(enrollment=enrollment).count(),
        "page_title": "Start a course over",
        "header_icon": "undo",
    }
    return render(request, "courses/admin/start_over.html", context)
