"""Who may do what in courses, and why not. Views ask, services obey; both give the same reason."""

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from wagtail.models import Page

from courses.models import CoursePage, Enrollment, LessonPage, Quiz, QuizAttempt, WorkshopSession
from courses.queries.content import has_learners, has_learners_on_lesson
from courses.queries.progress import attempt_counts, has_passed_quiz, lesson_page
from courses.queries.workshops import seats_taken
from people.api import (
    PEOPLE_LEADS,
    PROJECT_LEADS,
    TRAINERS,
    Answer,
    Refusal,
    User,
    in_group,
    is_manager_of,
    is_people_lead,
    now,
)

Actor = User | AnonymousUser


def lesson_address(enrollment: Enrollment, lesson_key: object) -> str:
    """Return where the learner finds the lesson, the course's page when the lesson has none."""
    slug = enrollment.course.slug
    page = lesson_page(str(lesson_key))
    return reverse("courses:lesson", args=[slug, page.slug]) if page else reverse("courses:course", args=[slug])


# --- enrolling ------------------------------------------------------------------------------------


def may_enroll(actor: Actor, course: CoursePage, person: User | None = None) -> Answer:
    """Whether ``actor`` may enroll ``person`` (default: themself) in ``course``.

    Oneself always; others by their managers, people leads, project leads, trainers and administrators.
    """
    person = person or (actor if isinstance(actor, User) else None)
    if person is None or not isinstance(actor, User):
        return Refusal(
            "Sign in to enroll: your progress is kept under your name.",
            fix_label="Sign in",
            fix_url=reverse("account_login"),
        )
    if not person.is_active:
        return Refusal(f"{person} has left the organization and cannot be enrolled.")
    if not course.live:
        return Refusal(
            f"“{course.title}” is not published, so nobody can enroll in it yet.", owed_by="the course's editors"
        )
    if actor.pk != person.pk and not may_assign_courses(actor) and not is_manager_of(actor.pk, person.pk):
        return Refusal(
            f"Only {person}, their managers, people leads, project leads and trainers may enroll {person}.",
            owed_by="one of them",
        )
    return True


def may_assign_courses(actor: Actor) -> Answer:
    """Whether ``actor`` may assign courses to anybody: people leads, project leads, trainers, administrators."""
    if isinstance(actor, User) and actor.is_active and (actor.is_superuser or _leads_training(actor)):
        return True
    return Refusal("Only people leads, project leads and trainers assign courses to others.", owed_by="one of them")


def may_archive_enrollment(actor: Actor, enrollment: Enrollment) -> Answer:
    """Whether ``actor`` may archive: the learner an own open enrollment, those who assign courses any open one."""
    if enrollment.state == Enrollment.State.COMPLETED:
        return Refusal("A completed course stays on record and cannot be archived.")
    if isinstance(actor, User) and actor.pk == enrollment.person_id:
        if enrollment.source == Enrollment.Source.SELF:
            return True
        return Refusal("This course was assigned to you.", owed_by="whoever assigned it", waived_by="A people lead")
    return may_assign_courses(actor)


def may_start_over(actor: Actor, enrollment: Enrollment) -> Answer:
    """Whether ``actor`` may begin the course anew for the learner: those who assign courses, an open enrollment."""
    if enrollment.state != Enrollment.State.OPEN:
        return Refusal("Only a course that is under way can be started over. Enroll the person again instead.")
    return may_assign_courses(actor)


# --- learning -------------------------------------------------------------------------------------


def may_learn(actor: Actor, enrollment: Enrollment) -> Answer:
    """Whether ``actor`` may work in this enrollment: only the learner themself, and not once it is archived."""
    if not isinstance(actor, User) or actor.pk != enrollment.person_id:
        return Refusal("Only the learner themself can work on these lessons.")
    if enrollment.state == Enrollment.State.ARCHIVED:
        return Refusal(
            "This enrollment is archived. Enroll again to go on.",
            fix_label="Open the course",
            fix_url=reverse("courses:course", args=[enrollment.course.slug]),
        )
    return True


def may_work_on_lesson(actor: Actor, enrollment: Enrollment, lesson_key: object) -> Answer:
    """Whether ``actor`` may work on the lesson: their own enrollment, and the lesson is part of its version."""
    answer = may_learn(actor, enrollment)
    if answer and enrollment.version.lesson(lesson_key) is None:
        return Refusal(
            "This lesson is not part of the version of the course that you are enrolled in, so it is not needed.",
            fix_label="Back to the course",
            fix_url=reverse("courses:course", args=[enrollment.course.slug]),
        )
    return answer


def may_complete_lesson(actor: Actor, enrollment: Enrollment, lesson_key: object) -> Answer:
    """Whether the lesson can be marked as finished: one with a quiz needs a passed attempt at it."""
    answer = may_work_on_lesson(actor, enrollment, lesson_key)
    if not answer:
        return answer
    lesson = enrollment.version.lesson(lesson_key)
    if lesson and lesson["quiz"] and not has_passed_quiz(enrollment.pk, lesson["key"]):
        title = Quiz.objects.filter(key=lesson["quiz"]["key"]).values_list("title", flat=True).first()
        return Refusal(
            f"“{lesson['title']}” is finished by passing its quiz “{title or lesson['quiz']['key']}” with at least "
            f"{lesson['quiz']['pass_percent']} percent.",
            owed_by="you",
            fix_label="Take the quiz",
            fix_url=lesson_address(enrollment, lesson_key) + "#quiz",
        )
    return True


def may_start_attempt(actor: Actor, enrollment: Enrollment, lesson_key: object, quiz: Quiz | None) -> Answer:
    """Whether an attempt can be started or resumed at ``quiz``, the quiz of the pinned lesson (None: has none)."""
    answer = may_work_on_lesson(actor, enrollment, lesson_key)
    if not answer:
        return answer
    if quiz is None:
        return Refusal(
            "This lesson has no quiz. Read it and mark it as finished.",
            fix_label="Back to the lesson",
            fix_url=lesson_address(enrollment, lesson_key),
        )
    counts = attempt_counts(enrollment.pk, str(lesson_key))
    if counts.open_id:
        return True
    if counts.passed:
        return Refusal(
            f"You have already passed “{quiz.title}”. No further attempt is needed.",
            fix_label="Back to the lesson",
            fix_url=lesson_address(enrollment, lesson_key),
        )
    if quiz.attempts_limit and counts.submitted >= quiz.attempts_limit:
        attempts = "attempt" if quiz.attempts_limit == 1 else "attempts"
        return Refusal(
            f"You have used {counts.submitted} of {quiz.attempts_limit} {attempts} at “{quiz.title}” in this "
            "enrollment. A people lead can start it over for you; what you have finished so far stays on record.",
            owed_by="a people lead",
        )
    return True


def may_answer(actor: Actor, attempt: QuizAttempt) -> Answer:
    """Whether ``actor`` may change or submit answers: their own attempt, still open."""
    answer = may_learn(actor, attempt.enrollment)
    if not answer:
        return answer
    if attempt.state == QuizAttempt.State.SUBMITTED:
        points = f"{attempt.points.normalize():f}" if attempt.points is not None else "0"
        return Refusal(
            f"This attempt was already submitted: {points} of {attempt.points_possible} points. "
            "Its answers cannot be changed.",
            fix_label="See the explanations",
            fix_url=reverse("courses:quiz", args=[attempt.pk]),
        )
    return True


# --- live training --------------------------------------------------------------------------------


def may_plan_sessions(actor: Actor) -> Answer:
    """Whether ``actor`` may plan live training: project leads, people leads, trainers and administrators."""
    if isinstance(actor, User) and actor.is_active and (actor.is_superuser or _leads_training(actor)):
        return True
    return Refusal("Only project leads, people leads and trainers plan sessions.", owed_by="one of them")


def may_run_session(actor: Actor, session: WorkshopSession) -> Answer:
    """Whether ``actor`` may see the roster, book others and record attendance: the session's trainer, or planners."""
    if isinstance(actor, User) and actor.is_active and actor.pk == session.lead_trainer_id:
        return True
    return may_plan_sessions(actor)


def may_change_session(actor: Actor, session: WorkshopSession) -> Answer:
    """Whether ``actor`` may change or cancel the session: those who run it, as long as it is planned."""
    answer = may_run_session(actor, session)
    if not answer:
        return answer
    if session.state == WorkshopSession.State.HELD:
        return Refusal(f"“{session.title}” was held, so it can no longer be changed or cancelled.")
    if session.state == WorkshopSession.State.CANCELLED:
        return Refusal(
            f"“{session.title}” was cancelled. Plan a new session instead.",
            fix_label="Plan a session",
            fix_url=reverse("courses:session_new"),
        )
    return True


def may_book_seat(actor: Actor, session: WorkshopSession, person: User) -> Answer:
    """Whether ``actor`` may book a seat for ``person``: oneself, one's reports, or anybody for those who run it."""
    if not isinstance(actor, User) or not actor.is_active:
        return Refusal("Sign in to book a seat.", fix_label="Sign in", fix_url=reverse("account_login"))
    if not person.is_active:
        return Refusal(f"{person} has left the organization and cannot be booked.")
    if actor.pk != person.pk and not may_run_session(actor, session) and not is_manager_of(actor.pk, person.pk):
        return Refusal(
            f"Only {person}, their managers and the people who run the session may book a seat for {person}."
        )
    if session.state != WorkshopSession.State.PLANNED:
        return Refusal(f"“{session.title}” was {session.get_state_display().lower()}: seats can no longer be booked.")
    if session.starts_at <= now() and not may_run_session(actor, session):
        return Refusal(
            f"“{session.title}” has already started: seats can no longer be booked.",
            owed_by="whoever runs the session, for people who came without a seat",
        )
    if person.pk == session.lead_trainer_id:
        return Refusal(f"{person} leads this session and needs no seat.")
    if seats_taken(session.pk) >= session.seats:
        seats = "The only seat is" if session.seats == 1 else f"All {session.seats} seats are"
        return Refusal(
            f"{seats} taken. Choose another date or ask for a larger room.",
            owed_by="whoever planned the session",
            fix_label="See all sessions",
            fix_url=reverse("courses:sessions"),
        )
    return True


def may_record_attendance(actor: Actor, session: WorkshopSession) -> Answer:
    """Whether ``actor`` may record who came: those who run the session, from its start on, unless it was cancelled."""
    answer = may_run_session(actor, session)
    if not answer:
        return Refusal("Only the trainer, project leads and people leads record attendance.", owed_by="one of them")
    if session.state == WorkshopSession.State.CANCELLED:
        return Refusal(f"“{session.title}” was cancelled, so nobody attended it.")
    if session.starts_at > now():
        return Refusal(f"“{session.title}” has not started yet. Attendance is recorded from its start on.")
    return True


def _leads_training(actor: User) -> bool:
    return is_people_lead(actor) or any(in_group(actor, name) for name in (PROJECT_LEADS, TRAINERS, PEOPLE_LEADS))


# --- authoring ------------------------------------------------------------------------------------


def may_delete_course_page(actor: Actor, page: Page) -> Answer:
    """Whether the page may be deleted for good: never when somebody was enrolled in what it holds or booked for it.

    ``page`` is a course, a lesson or the catalog; other pages are none of this rule's business. Who may delete
    pages at all is Wagtail's question.
    """
    page = page.specific
    if isinstance(page, LessonPage):
        if not has_learners_on_lesson(page):
            return True
        return Refusal(
            f"People are enrolled in a version of the course that contains “{page.title}”, so it cannot be deleted. "
            "Unpublish it instead: new learners will not see it, and nobody loses what they have finished."
        )
    courses = [page] if isinstance(page, CoursePage) else list(CoursePage.objects.descendant_of(page))
    taken = [course.title for course in courses if has_learners(course.pk)]
    if not taken:
        return True
    return Refusal(
        f"People are or were enrolled in “{'”, “'.join(taken)}”, or sessions were planned, so it cannot be deleted. "
        "Unpublish it instead: nobody new can enroll, and nothing that was finished is lost."
    )
