"""The privacy register: everything the product keeps that points at a person or describes one.

One entry per purpose. The page for the works council is made from it, and a test walks all models: a field that points
at a person and stands in no entry fails the build.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kept:
    """What is kept about people for one purpose. ``fields`` are ``app.Model.field``."""

    topic: str
    what: str
    why: str
    seen_by: str
    kept_for: str
    informed: str
    fields: tuple[str, ...]


YOU = "Who you are"
LEARNING = "What you learn"
CERTIFIED = "What you are certified for"
CARRYING = "What you carry in a program"
SAYING = "What you say and decide in a program"
EDITING = "What you edit and how you sign in"
TOPICS = (YOU, LEARNING, CERTIFIED, CARRYING, SAYING, EDITING)

CARRIERS = "Holders of a role in the program, people leads and administrators"
WITH_PROGRAM = "As long as the program is kept. Nothing is deleted automatically, so that a decision can be read later."
WITH_RECORD = "As long as the learning record is kept. Nothing is deleted automatically."
WITH_ACCOUNT = "As long as the account exists"
WHILE_ACTING = "While doing it: the page says that it is recorded with name and date."
AT_IMPORT = "With the first mail about the account, which the company sends"

READ_BY_SOURCES = {
    "certified_coaches": "Which holders of the coach role have a valid certificate, as a number and by name",
    "charters_accepted": "Which holders of a role have accepted its description",
    "hierarchy_levels": "How many levels of the line the roster spans; nobody's position is kept",
    "learning_settled": "Whether every role has a learning path; about nobody in particular",
    "meeting_dates_set": "Whether every team has its meetings in the calendar; about teams",
    "parameters_recorded": "Whether the figures of the program are recorded; about nobody in particular",
    "roles_filled": "Which roles are filled, and by whom",
    "roster_frozen": "Whether the roster is frozen, and how many people are on it",
    "session_trainers": "Who leads each planned session of training",
    "sessions_planned": "How many seats are planned for how many people",
    "training_completed": "Who on the roster or in a role has not finished the training yet; no results",
    "training_enrolled": "Who on the roster is not enrolled in the training yet",
}
"""What each evidence source reads about people."""

REGISTER = (
    Kept(
        YOU,
        "Name, e-mail address, language, time zone, and whether the account is open",
        "To sign in, to address mail, and to show dates in the right time zone",
        "The person; the name also whoever works with them on the same page; people leads and administrators all of it",
        WITH_ACCOUNT + "; when somebody leaves, it is closed and the name stays on what they decided.",
        AT_IMPORT,
        (
            "people.User.email",
            "people.User.first_name",
            "people.User.last_name",
            "people.User.language",
            "people.User.time_zone",
            "people.User.is_active",
        ),
    ),
    Kept(
        YOU,
        "Unit, manager, job title, location, first day in the company, and the days a place began and ended",
        "To know who belongs to a wave, who manages whom, and who joined or left",
        "The person, their manager, people leads and administrators; the unit also the holders of roles in the program",
        "As long as the account exists; a place that ended is kept, because past rosters follow from it.",
        AT_IMPORT,
        (
            "people.Membership.person",
            "people.Membership.manager",
            "people.Membership.job_title",
            "people.Membership.location",
            "people.Membership.hired_on",
        ),
    ),
    Kept(
        YOU,
        "Personas that were given (executive, coach, people lead), by whom and when, and groups of permissions",
        "To show the right first page and to allow what belongs to the task",
        "The person, people leads and administrators",
        "Until the persona or permission is taken away; the giving and taking stays in the audit trail.",
        "On the person's own page “Me”",
        ("people.PersonaAssignment.person", "people.PersonaAssignment.assigned_by", "people.PersonaAssignment.persona"),
    ),
    Kept(
        YOU,
        "Who brought in a people file, when, and what it changed",
        "To find out where a wrong entry came from",
        "People leads and administrators",
        "The file itself until it is applied; the counts without an end",
        WHILE_ACTING,
        ("people.PeopleImport.uploaded_by", "people.PeopleImport.content", "people.PeopleImport.summary"),
    ),
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
    Kept(
        CARRYING,
        "Who is on the roster of a wave, in which team, from when to when",
        "To know whose training and roles a gate asks about",
        CARRIERS,
        WITH_PROGRAM,
        "With the invitation to the training, and by the link to this page",
        ("rollout.RosterMember.person", "rollout.RosterMember.team"),
    ),
    Kept(
        CARRYING,
        "Who holds which role of a program or is a deputy, from when to when, and who assigned it",
        "Questions and decisions are addressed to roles; the holder is looked up when needed",
        CARRIERS,
        WITH_PROGRAM,
        "With the role: it stands on the holder's first page",
        ("rollout.RoleAssignment.person", "rollout.RoleAssignment.assigned_by"),
    ),
    Kept(
        CARRYING,
        "Which edition of a role's charter somebody accepted and when, who recorded a paper signed outside, and who "
        "wrote an edition",
        "To know that whoever holds a role has read and accepted what it promises",
        CARRIERS,
        WITH_PROGRAM,
        WHILE_ACTING,
        (
            "rollout.CharterText.written_by",
            "rollout.CharterAcceptance.person",
            "rollout.CharterAcceptance.recorded_by",
        ),
    ),
    Kept(
        CARRYING,
        "Name, company and e-mail address of somebody from outside who holds a role, until when, their contact inside, "
        "and who named them",
        "To name in findings who holds the role, and whom to ask about them; they have no account",
        CARRIERS,
        WITH_PROGRAM,
        "By the contact inside, when the engagement begins",
        (
            "rollout.ExternalHolder.name",
            "rollout.ExternalHolder.company",
            "rollout.ExternalHolder.email",
            "rollout.ExternalHolder.contact",
            "rollout.ExternalHolder.named_by",
        ),
    ),
    Kept(
        CARRYING,
        "Who decides in whose name, from when to when, why, and who entered it or took it back",
        "A decision in somebody's name is theirs only if it says so",
        CARRIERS,
        WITH_PROGRAM,
        WHILE_ACTING,
        (
            "rollout.Delegation.from_person",
            "rollout.Delegation.to_person",
            "rollout.Delegation.reason",
            "rollout.Delegation.created_by",
            "rollout.Delegation.revoked_by",
            "rollout.Delegation.revoked_because",
        ),
    ),
    Kept(
        CARRYING,
        "Who was invited to carry a program, by whom, with which opening words, and when the mail went out",
        "To write to everybody once and to nobody twice",
        CARRIERS,
        WITH_PROGRAM,
        "By the invitation itself",
        ("rollout.Invitation.person", "rollout.Invitation.requested_by", "rollout.Invitation.opening"),
    ),
    Kept(
        CARRYING,
        "What a lead has filled in for a program that is not started, with the people they think of for its roles",
        "To go on with it later without typing it again",
        "The lead who prepares it, and nobody else",
        "Until the program is started or the draft is discarded; then the content is deleted.",
        "Whoever is named learns of it when the program starts, with the role",
        ("rollout.ProgramDraft.owner", "rollout.ProgramDraft.content"),
    ),
    Kept(
        CARRYING,
        "What evidence sources found: how many are trained or missing, and the names of the first 50 who are missing",
        "To say what keeps a gate closed and to remind exactly those people",
        CARRIERS + "; the works council sees numbers without names",
        "Replaced whenever the data is read again; the finding at the moment of a decision is frozen with it.",
        "With the reminder, which names the course and the date",
        ("rollout.Finding.missing",),
    ),
    Kept(
        CARRYING,
        "Reminders: who reminded whom on which day, what the mail listed, and whether it was delivered",
        "To remind politely and at most once a day",
        "The person, in their mail; that they were reminded today also the holders of roles in the program",
        WITH_PROGRAM,
        "By the reminder itself, which names who sent it",
        (
            "rollout.ReminderRound.sent_by",
            "rollout.ReminderRound.opening",
            "rollout.ReminderSent.person",
            "rollout.ReminderSent.lines",
        ),
    ),
    Kept(
        CARRYING,
        "When somebody last looked at a program board, and how the program stood then; nobody's name in it",
        "To say on the next visit what is different",
        "The person alone",
        "Replaced with every visit",
        "On the board, where the list says since when it compares",
        ("rollout.ProgramVisit.person", "rollout.ProgramVisit.baseline", "rollout.ProgramVisit.latest"),
    ),
    Kept(
        CARRYING,
        "Who started a program, froze a roster, published a playbook or planned a meeting",
        "To know whom to ask",
        CARRIERS,
        WITH_PROGRAM,
        WHILE_ACTING,
        (
            "rollout.Program.created_by",
            "rollout.Wave.roster_frozen_by",
            "rollout.PlaybookVersion.published_by",
            "rollout.Meeting.planned_by",
        ),
    ),
    Kept(
        CARRYING,
        "That somebody made a secret calendar address, and when it was made and revoked; never the secret itself",
        "So that a calendar program can read the dates without signing in, and so that the address can be ended",
        "The person alone. Whoever is given the address reads the same dates.",
        "The address until it is revoked or the account is closed; the fact that it existed with the audit trail",
        "On the page “Calendar”, before the address is made",
        ("rollout.CalendarFeed.person",),
    ),
    Kept(
        SAYING,
        "Who paused a program and why, and who resumed it",
        "To say who can resume it, and to explain later why dates moved",
        CARRIERS,
        WITH_PROGRAM,
        WHILE_ACTING,
        ("rollout.ProgramPause.paused_by", "rollout.ProgramPause.ended_by"),
    ),
    Kept(
        SAYING,
        "Answers to questions of the checklist: who said, confirmed or took back what, with text, link and file",
        "An answer counts because somebody stands for it",
        CARRIERS,
        WITH_PROGRAM,
        WHILE_ACTING,
        (
            "rollout.Statement.by",
            "rollout.Statement.text",
            "rollout.EvidenceFile.created_by",
            "rollout.EvidenceFileVersion.uploaded_by",
            "rollout.EvidenceFileVersion.file",
        ),
    ),
    Kept(
        SAYING,
        "Comments on questions of the checklist: who wrote what, whom they name, and when those were told and saw it",
        "To work on a question together",
        CARRIERS,
        WITH_PROGRAM + " A comment that was withdrawn is no longer shown.",
        WHILE_ACTING,
        ("rollout.Remark.by", "rollout.Remark.text", "rollout.RemarkMention.person"),
    ),
    Kept(
        SAYING,
        "Who opened which version of an evidence file, when first, when last and how often",
        "To know that a document was read before a decision",
        "The project lead, their deputy and administrators",
        WITH_PROGRAM,
        "Beside the link to the file",
        ("rollout.EvidenceView.person",),
    ),
    Kept(
        SAYING,
        "Who submitted, took back, voted on or decided a gate or lifted a hold, with reasons and the facts of the time",
        "A decision has to stand up later",
        CARRIERS,
        WITH_PROGRAM,
        WHILE_ACTING,
        (
            "rollout.GateSubmission.submitted_by",
            "rollout.GateSubmission.message",
            "rollout.GateSubmission.closed_by",
            "rollout.GateSubmission.closed_because",
            "rollout.DecisionVote.voter",
            "rollout.DecisionVote.acting_for",
            "rollout.DecisionVote.reason",
            "rollout.HoldLift.lifted_by",
            "rollout.HoldLift.acting_for",
            "rollout.HoldLift.reason",
            "rollout.GateSubmission.snapshot",
            "rollout.GateDecision.decided_by",
            "rollout.GateDecision.acting_for",
            "rollout.GateDecision.reason",
            "rollout.GateDecision.snapshot",
        ),
    ),
    Kept(
        SAYING,
        "Questions asked about a submitted gate, and the answers, with names and times",
        "So that a decision is made on what the decider wanted to know",
        CARRIERS,
        WITH_PROGRAM,
        WHILE_ACTING,
        (
            "rollout.GateQuestion.asked_by",
            "rollout.GateQuestion.question",
            "rollout.GateQuestion.answered_by",
            "rollout.GateQuestion.answer",
        ),
    ),
    Kept(
        SAYING,
        "Who owes a condition of a decision, and until when",
        "A conditional go is kept only if somebody takes care",
        CARRIERS,
        WITH_PROGRAM,
        "On the owner's first page",
        ("rollout.Condition.owner",),
    ),
    Kept(
        SAYING,
        "Who reopened a gate and who confirmed one again, for whom they acted, why and when",
        "A gate in doubt is looked at by a person, and it can be read later why",
        CARRIERS,
        WITH_PROGRAM,
        WHILE_ACTING,
        (
            "rollout.Reopening.reopened_by",
            "rollout.Reopening.acting_for",
            "rollout.Reopening.reason",
            "rollout.Reconfirmation.confirmed_by",
            "rollout.Reconfirmation.acting_for",
            "rollout.Reconfirmation.note",
        ),
    ),
    Kept(
        SAYING,
        "Who asked for a waiver, who approved, rejected or took it back and for whom they acted, with their reasons",
        "A waiver is never approved by the person who asked for it",
        CARRIERS,
        WITH_PROGRAM,
        WHILE_ACTING,
        (
            "rollout.Waiver.requested_by",
            "rollout.Waiver.decided_by",
            "rollout.Waiver.closed_by",
            "rollout.Waiver.reason",
            "rollout.WaiverApproval.approved_by",
            "rollout.WaiverApproval.acting_for",
        ),
    ),
    Kept(
        EDITING,
        "The audit trail: who did what when, with the names as they were",
        "To find out how something came about; decisions and certificates are kept in their own records besides",
        "Administrators; what concerns a program also its role holders, on the page “History”",
        "Without an end",
        WHILE_ACTING,
        (
            "wagtailcore.ModelLogEntry.user",
            "wagtailcore.ModelLogEntry.data",
            "wagtailcore.PageLogEntry.user",
            "wagtailcore.PageLogEntry.data",
        ),
    ),
    Kept(
        EDITING,
        "Sign-in addresses, second factors, access keys, and settings of the editors' area",
        "To keep the account safe",
        "The person; administrators see that a second factor exists, not its secret",
        WITH_ACCOUNT,
        "On the page where it is set",
        (
            "account.EmailAddress.user",
            "mfa.Authenticator.user",
            "wagtailcore.APIToken.user",
            "wagtailusers.UserProfile.user",
        ),
    ),
    Kept(
        EDITING,
        "Who wrote, changed, commented, locked or approved a page, and who uploaded an image or document",
        "To work on pages together and to go back to an earlier state",
        "Editors and administrators",
        "As long as the page, image or document is kept",
        WHILE_ACTING,
        (
            "wagtailcore.Page.owner",
            "wagtailcore.Page.locked_by",
            "wagtailcore.Revision.user",
            "wagtailcore.Comment.user",
            "wagtailcore.Comment.resolved_by",
            "wagtailcore.CommentReply.user",
            "wagtailcore.PageSubscription.user",
            "wagtailcore.WorkflowState.requested_by",
            "wagtailcore.TaskState.finished_by",
            "wagtailcore.UploadedFile.uploaded_by_user",
            "wagtailadmin.EditingSession.user",
            "wagtailadmin.FormState.user",
            "wagtailimages.Image.uploaded_by_user",
            "wagtaildocs.Document.uploaded_by_user",
        ),
    ),
)
