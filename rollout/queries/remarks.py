"""Comments on a question as threads, and where comments name somebody."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, QuerySet

from people.api import User
from rollout.models import ChecklistItem, Program, Remark, RemarkMention


@dataclass
class Thread:
    """A comment and the answers to it, oldest first. Each remark carries ``named``: whom it names."""

    remark: Remark
    replies: list[Remark] = field(default_factory=list)


def threads_of(item: ChecklistItem) -> list[Thread]:
    """Return the comments on a question, oldest first. 2 queries."""
    threads: dict[int, Thread] = {}
    remarks = {remark.pk: remark for remark in item.remarks.select_related("by").order_by("at", "pk")}
    for remark in remarks.values():
        remark.__dict__["named"] = []
        if remark.parent_id is None:
            threads[remark.pk] = Thread(remark)
        else:
            threads[remark.parent_id].replies.append(remark)
    if remarks:
        for mention in RemarkMention.objects.filter(remark__in=list(remarks)).select_related("person"):
            remarks[mention.remark_id].__dict__["named"].append(mention.person)
    return list(threads.values())


def names_in(threads: Sequence[Thread], person_id: int) -> bool:
    """Whether one of the comments names the person."""
    remarks = (remark for thread in threads for remark in (thread.remark, *thread.replies))
    return any(person.pk == person_id for remark in remarks for person in remark.__dict__["named"])


def with_open_mentions(programs: QuerySet[Program], person: User) -> QuerySet[Program]:
    """Return ``programs`` knowing, each as ``names_me``, whether a comment in it names ``person`` who has not opened
    it yet: nobody asks for mentions that are not there."""
    open_ones = RemarkMention.objects.filter(
        remark__item__step__wave__program=OuterRef("pk"),
        person=person,
        seen_at__isnull=True,
        remark__withdrawn_at__isnull=True,
    )
    return programs.annotate(names_me=Exists(open_ones))


def open_mentions(person: User) -> list[RemarkMention]:
    """Return where comments name ``person`` who has not opened them yet, newest first. 1 query."""
    return list(
        RemarkMention.objects.filter(person=person, seen_at__isnull=True, remark__withdrawn_at__isnull=True)
        .select_related("remark__by", "remark__item__step__wave__program")
        .order_by("-remark__at", "-pk")
    )
