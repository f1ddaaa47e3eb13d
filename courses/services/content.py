"""The shape of a course and of a glossary in a file: checked completely before anything is written."""

import re
from html.parser import HTMLParser
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

TAGS = frozenset({"p", "h3", "h4", "ul", "ol", "li", "b", "i", "a"})
SAFE_ADDRESS = re.compile(r"(https?://|mailto:|/(?!/)|#)")


class _TagCheck(HTMLParser):
    """Finds tags, attributes and addresses that lesson texts do not use, and tags that are not closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            raise ValueError(f"<{tag}> is not used in lessons; use p, h3, h4, ul, ol, li, b, i, a")
        for name, value in attrs:
            if tag != "a" or name != "href" or not SAFE_ADDRESS.match(value or ""):
                raise ValueError(f"<{tag} {name}=…> is not allowed; only <a href> with an http, mailto or own address")
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise ValueError(f"</{tag}> closes nothing that is open")


def _checked_html(html: str) -> str:
    check = _TagCheck()
    check.feed(html)
    check.close()
    if check.open:
        raise ValueError(f"<{check.open[-1]}> is not closed")
    return html.strip()


Html = Annotated[str, AfterValidator(_checked_html)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Plain = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Shape(BaseModel):
    """Base of all shapes: unknown fields are mistakes."""

    model_config = ConfigDict(extra="forbid")


class Choice(Shape):
    text: Annotated[Plain, Field(max_length=300)]
    right: bool
    why: Annotated[str, Field(max_length=400)] = ""


class QuestionContent(Shape):
    key: Slug
    kind: Literal["single", "multiple", "true_false"]
    prompt: Annotated[Plain, Field(max_length=1200)]
    choices: Annotated[list[Choice], Field(min_length=2)]
    explanation: Annotated[str, Field(max_length=1200)] = ""

    @model_validator(mode="after")
    def has_answerable_choices(self) -> Self:
        """One right choice, except in multiple choice, which needs a right and a wrong one."""
        right = sum(choice.right for choice in self.choices)
        if self.kind == "multiple" and not 0 < right < len(self.choices):
            raise ValueError(f"{self.key}: multiple choice needs at least one right and one wrong choice")
        if self.kind != "multiple" and right != 1:
            raise ValueError(f"{self.key}: exactly one choice must be right, not {right}")
        if self.kind == "true_false" and len(self.choices) != 2:
            raise ValueError(f"{self.key}: true or false needs exactly two choices")
        return self


class QuizContent(Shape):
    key: Slug
    title: Annotated[Plain, Field(max_length=160)]
    pass_percent: Annotated[int, Field(ge=1, le=100)] = 70
    attempts_limit: Annotated[int, Field(ge=1)] | None = None
    questions: Annotated[list[QuestionContent], Field(min_length=1)]

    @model_validator(mode="after")
    def has_unique_keys(self) -> Self:
        _refuse_duplicates("question", [question.key for question in self.questions])
        return self


class Callout(Shape):
    kind: Literal["note", "tip", "warning"] = "note"
    title: Annotated[str, Field(max_length=120)] = ""
    text: Html


class Example(Shape):
    title: Annotated[str, Field(max_length=160)] = ""
    bad: Html
    bad_why: str = ""
    good: Html
    good_why: str = ""


class Reflection(Shape):
    prompt: Plain
    hint: str = ""


class Checklist(Shape):
    title: Annotated[Plain, Field(max_length=160)]
    items: Annotated[list[Annotated[Plain, Field(max_length=300)]], Field(min_length=1)]


class Image(Shape):
    file: Plain
    alt: Annotated[str, Field(max_length=600)] = ""
    caption: Annotated[str, Field(max_length=250)] = ""


class Block(Shape):
    """One block of a lesson: exactly one of its fields is given."""

    text: Html | None = None
    callout: Callout | None = None
    example: Example | None = None
    reflection: Reflection | None = None
    checklist: Checklist | None = None
    image: Image | None = None
    quiz: QuizContent | None = None

    @model_validator(mode="after")
    def is_one_thing(self) -> Self:
        if len(self.model_fields_set) != 1 or getattr(self, self.kind) is None:
            raise ValueError("a block is exactly one of text, callout, example, reflection, checklist, image, quiz")
        return self

    @property
    def kind(self) -> str:
        return next(iter(self.model_fields_set), "text")


class LessonContent(Shape):
    key: Slug
    title: Annotated[Plain, Field(max_length=255)]
    module: Annotated[str, Field(max_length=120)] = ""
    minutes: Annotated[int, Field(ge=1)]
    required: bool = True
    blocks: Annotated[list[Block], Field(min_length=1)]

    @model_validator(mode="after")
    def ends_with_its_quiz(self) -> Self:
        """A lesson has at most one quiz, as its last block."""
        if any(block.kind == "quiz" for block in self.blocks[:-1]):
            raise ValueError(f"{self.key}: a lesson has at most one quiz, and it comes last")
        return self


class CourseContent(Shape):
    """A whole course as authors write it into a file."""

    key: Slug
    title: Annotated[Plain, Field(max_length=255)]
    summary: Annotated[Plain, Field(max_length=300)]
    outcomes: list[Plain] = []
    level: Literal["foundations", "advanced", "certified"] = "foundations"
    personas: list[Literal["employee", "manager", "executive", "coach", "people_lead", "new_hire"]] = []
    topic: Literal["method", "leadership", "writing", "rhythm", "alignment", "coaching", "onboarding"] = "method"
    format: Literal["self_paced", "blended"] = "self_paced"
    minutes: Annotated[int, Field(ge=1)]
    lessons: Annotated[list[LessonContent], Field(min_length=1)]

    @model_validator(mode="after")
    def is_consistent(self) -> Self:
        """Lesson and quiz keys are unique, and the course takes as long as its lessons."""
        _refuse_duplicates("lesson", [lesson.key for lesson in self.lessons])
        _refuse_duplicates("quiz", [quiz.key for quiz in self.quizzes])
        total = sum(lesson.minutes for lesson in self.lessons)
        if total != self.minutes:
            raise ValueError(f"{self.key}: the lessons take {total} minutes, the course says {self.minutes}")
        return self

    @property
    def quizzes(self) -> list[QuizContent]:
        return [block.quiz for lesson in self.lessons for block in lesson.blocks if block.quiz]


class GlossaryEntry(Shape):
    """A word of the glossary as authors write it into a file."""

    key: Slug
    term: Annotated[Plain, Field(max_length=120)]
    also: list[Plain] = []
    definition: Annotated[Plain, Field(max_length=600)]
    example: Annotated[str, Field(max_length=600)] = ""
    related: list[Slug] = []
    annotated: bool = True


def _refuse_duplicates(what: str, keys: list[str]) -> None:
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise ValueError(f"{what} key used twice: {', '.join(twice)}")
