"""Comments: whoever sees the question writes, the author changes and withdraws. The prepared one is the sponsor's."""

from rollout.services import remarks
from tests.factories.rollout import StartedProgram
from tests.rollout.deeds.shared import SEES_OTHER, SEES_OWN, SPONSOR, Attempt, Deed, wave_url

ITEM = "direction_given"
WRITES = frozenset(SEES_OWN - {"works_council"})
"""The works council comments on the questions that name it; this one does not."""


def write(started: StartedProgram) -> Attempt:
    item = started.item(ITEM)
    url = wave_url("remark_write", started, item.step.key, ITEM)
    return Attempt({"item": item, "text": "Since when?"}, url, {"text": "Since when?"})


def _changing(started: StartedProgram, deed: str) -> Attempt:
    item = started.item(ITEM)
    remark = remarks.write_remark(item=item, actor=started.sponsor, text="Since when?")
    url = wave_url("remark_change", started, item.step.key, ITEM, remark.pk)
    arguments = {"remark": remark} if deed == "withdraw" else {"remark": remark, "text": "Since which year?"}
    return Attempt(arguments, url, {"deed": deed, "text": "Since which year?"})


DEEDS = (
    Deed(remarks.write_remark, write, WRITES, done_elsewhere=frozenset(SEES_OTHER)),
    Deed(remarks.edit_remark, lambda started: _changing(started, "edit"), SPONSOR),
    Deed(remarks.withdraw_remark, lambda started: _changing(started, "withdraw"), SPONSOR),
)
