"""The door to courses: what the floors above may ask and do."""

from courses.models import (
    Booking,
    CatalogPage,
    CoursePage,
    CourseVersion,
    Enrollment,
    GlossaryTerm,
    LessonPage,
    QuestionVersion,
    Quiz,
    QuizAttempt,
    WorkshopSession,
)
from courses.queries.content import course_by_key, courses_by_key
from courses.queries.facts import CompletionFact, CourseFacts, completions, training_facts
from courses.queries.learning import LearningOverview, NextLesson, learning_overview, lesson_in_progress
from courses.queries.workshops import (
    CalendarSession,
    CourseOffer,
    SessionFacts,
    calendar_sessions,
    course_offers,
    has_trained,
    my_sessions,
    planned_sessions,
)
from courses.rules import may_assign_courses, may_book_seat, may_enroll, may_plan_sessions
from courses.services.authoring import load_course, load_glossary
from courses.services.content import CourseContent, GlossaryEntry
from courses.services.enrollments import AssignmentResult, archive_enrollment, assign_course, enroll
from courses.services.progress import complete_lesson
from courses.services.quizzes import save_answer, start_attempt, submit_attempt
from courses.services.responses import save_response
from courses.services.versions import pin_course_version, pin_question_versions, pin_quiz
from courses.services.workshops import (
    book_seat,
    cancel_booking,
    cancel_session,
    change_session,
    plan_session,
    record_attendance,
)

__all__ = [
    "AssignmentResult",
    "Booking",
    "CalendarSession",
    "CatalogPage",
    "CompletionFact",
    "CourseContent",
    "CourseFacts",
    "CourseOffer",
    "CoursePage",
    "CourseVersion",
    "Enrollment",
    "GlossaryEntry",
    "GlossaryTerm",
    "LearningOverview",
    "LessonPage",
    "NextLesson",
    "QuestionVersion",
    "Quiz",
    "QuizAttempt",
    "SessionFacts",
    "WorkshopSession",
    "archive_enrollment",
    "assign_course",
    "book_seat",
    "calendar_sessions",
    "cancel_booking",
    "cancel_session",
    "change_session",
    "complete_lesson",
    "completions",
    "course_by_key",
    "course_offers",
    "courses_by_key",
    "enroll",
    "has_trained",
    "learning_overview",
    "lesson_in_progress",
    "load_course",
    "load_glossary",
    "may_assign_courses",
    "may_book_seat",
    "may_enroll",
    "may_plan_sessions",
    "my_sessions",
    "pin_course_version",
    "pin_question_versions",
    "pin_quiz",
    "plan_session",
    "planned_sessions",
    "record_attendance",
    "save_answer",
    "save_response",
    "start_attempt",
    "submit_attempt",
    "training_facts",
]
