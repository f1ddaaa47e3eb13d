"""The deeds of courses as they stand in the audit log; the app's Wagtail hooks register them by these names."""

from collections.abc import Mapping

LOG_ACTIONS: Mapping[str, tuple[str, str]] = {
    "courses.pin_version": ("Pin course version", "Pinned a version of the course"),
    "courses.pin_questions": ("Pin question versions", "Pinned versions of the quiz's questions"),
    "courses.enroll": ("Enroll", "Enrolled in the course"),
    "courses.assign": ("Assign course", "Assigned the course"),
    "courses.archive_enrollment": ("Archive enrollment", "Archived the enrollment"),
    "courses.complete_course": ("Complete course", "Completed the course"),
    "courses.submit_attempt": ("Submit quiz", "Submitted a quiz attempt"),
    "courses.plan_session": ("Plan session", "Planned a workshop session"),
    "courses.change_session": ("Change session", "Changed the workshop session"),
    "courses.cancel_session": ("Cancel session", "Cancelled the workshop session"),
    "courses.book_seat": ("Book seat", "Booked a seat"),
    "courses.cancel_booking": ("Cancel booking", "Cancelled a booking"),
    "courses.record_attendance": ("Record attendance", "Recorded who attended"),
    "courses.load_course": ("Load course", "Loaded the course from a file"),
}
"""Action name → label and message, as ``register_log_actions`` wants them."""
