from courses.models.enrollments import CourseVersion, Enrollment, LessonCompletion, LessonResponse
from courses.models.glossary import GlossaryTerm
from courses.models.pages import CatalogPage, CoursePage, LessonPage
from courses.models.quizzes import Answer, Question, QuestionVersion, Quiz, QuizAttempt
from courses.models.workshops import Booking, WorkshopSession

__all__ = [
    "Answer",
    "Booking",
    "CatalogPage",
    "CoursePage",
    "CourseVersion",
    "Enrollment",
    "GlossaryTerm",
    "LessonCompletion",
    "LessonPage",
    "LessonResponse",
    "Question",
    "QuestionVersion",
    "Quiz",
    "QuizAttempt",
    "WorkshopSession",
]
