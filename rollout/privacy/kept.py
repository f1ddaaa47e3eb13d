"""What an entry of the privacy register says, and the words that many of them share."""

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
