"""The privacy register: everything the product keeps that points at a person or describes one.

One entry per purpose. The page for the works council is made from it, and a test walks all models: a field that points
at a person and stands in no entry fails the build.
"""

from rollout.privacy import carrying, learning, people, saying
from rollout.privacy.kept import TOPICS, Kept

__all__ = ["READ_BY_SOURCES", "REGISTER", "TOPICS", "Kept"]

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

REGISTER = (*people.ENTRIES, *learning.ENTRIES, *carrying.ENTRIES, *saying.ENTRIES)
"""One entry per purpose; the page groups them by topic."""
