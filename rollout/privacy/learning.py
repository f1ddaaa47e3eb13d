"""What somebody learns and is certified for."""

from rollout.privacy.kept import CERTIFIED, LEARNING, WHILE_ACTING, WITH_RECORD, Kept

ENTRIES = (
    Kept(
        LEARNING,
        "Courses somebody is enrolled in, who enrolled them, when it is due, when it was finished, and where they left "
        "off",
        "To continue learning, to remind, and to show whether a wave is trained before it starts",
        "The person, their direct manager, trainers, people leads and administrators. Role holders of a program see "
        "who has not finished a course that a gate asks for; everybody else sees numbers only, from five people up.",
        WITH_RECORD,
        "With the mail about the enrollment",
        ("courses.Enrollment.person", "courses.Enrollment.enrolled_by"),
    ),
    Kept(
        LEARNING,
        "Lessons finished, and answers to quizzes with their points",
        "To know when a course is complete and to show what was wrong",
        "The person alone; trainers see which questions are hard, without names",
        WITH_RECORD,
        "In the course, where the rule for passing stands",
        (
            "courses.LessonCompletion.enrollment",
            "courses.QuizAttempt.enrollment",
            "courses.QuizAttempt.points",
            "courses.Answer.chosen",
        ),
    ),
    Kept(
        LEARNING,
        "What somebody writes into a reflection or ticks in a checklist of a lesson",
        "So that it can be read again and continued",
        "The person alone",
        WITH_RECORD,
        "Beside the field: only you can read this",
        ("courses.LessonResponse.text", "courses.LessonResponse.ticked"),
    ),
    Kept(
        LEARNING,
        "Seats in workshop sessions and whether the person came",
        "To plan seats and to record attendance",
        "The person, the trainer of the session, their manager, people leads and administrators",
        WITH_RECORD,
        "With the confirmation of the booking",
        (
            "courses.Booking.person",
            "courses.WorkshopSession.lead_trainer",
            "courses.WorkshopSession.planned_by",
            "courses.WorkshopSession.external_trainer",
        ),
    ),
    Kept(
        LEARNING,
        "Who published which version of a course",
        "To answer questions about the content",
        "Editors and administrators",
        WITH_RECORD,
        WHILE_ACTING,
        ("courses.CourseVersion.made_by",),
    ),
    Kept(
        CERTIFIED,
        "Certifications somebody works toward, and who opened them",
        "To show what is missing",
        "The person, their manager, observers, trainers and people leads",
        WITH_RECORD,
        "On the page “Coaching”, at the moment it begins",
        ("certification.Candidacy.person", "certification.Candidacy.opened_by"),
    ),
    Kept(
        CERTIFIED,
        "Observations: who saw whom coach, scores with a quote each, feedback and a coaching goal",
        "To judge practice fairly and to learn from it",
        "The person observed, the observer, trainers and people leads; never a ranking",
        WITH_RECORD,
        "The person is shown every observation as soon as it is recorded",
        (
            "certification.Observation.candidate",
            "certification.Observation.observer",
            "certification.Observation.scores",
            "certification.Observation.feedback",
            "certification.Observation.coaching_goal",
        ),
    ),
    Kept(
        CERTIFIED,
        "Certificates: holder's name as printed, what was shown for it, and events such as a revocation with reason",
        "To prove the certificate to whoever asks",
        "The person, trainers and people leads; with the number anybody can verify the printed fields and the status",
        "Without an end: a certificate that was issued stays verifiable, also after it has expired.",
        "With the mail about the certificate",
        (
            "certification.Credential.holder",
            "certification.Credential.holder_name",
            "certification.Credential.evidence",
            "certification.CredentialEvent.actor",
            "certification.CredentialEvent.reason",
        ),
    ),
)
