"""The door to courses: what the floors above may ask and do."""

from courses.models import Booking, CatalogPage, CoursePage, Enrollment, GlossaryTerm, LessonPage, Quiz, WorkshopSession

__all__ = [
    "Booking",
    "CatalogPage",
    "CoursePage",
    "Enrollment",
    "GlossaryTerm",
    "LessonPage",
    "Quiz",
    "WorkshopSession",
]
