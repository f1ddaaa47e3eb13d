"""How the product says no: an answer that is falsy and speaks (product.md, rule 2)."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Refusal:
    """Why something is not possible: what is missing, who owes it, where to fix it, who could waive it."""

    reason: str
    owed_by: str = ""
    fix_label: str = ""
    fix_url: str = ""
    waived_by: str = ""

    def __bool__(self) -> Literal[False]:
        return False

    def __str__(self) -> str:
        parts = [self.reason]
        if self.owed_by:
            parts.append(f"It is up to {self.owed_by}.")
        if self.waived_by:
            parts.append(f"{self.waived_by} could waive it.")
        return " ".join(parts)


Answer = Literal[True] | Refusal
"""What a rule returns: True, or a refusal with its reason."""


class Refused(Exception):  # noqa: N818 - it reads as what happened: refused
    """Raised by a service whose rule said no. ``refusal`` is the rule's own answer."""

    def __init__(self, refusal: Refusal | str) -> None:
        self.refusal = refusal if isinstance(refusal, Refusal) else Refusal(refusal)
        super().__init__(str(self.refusal))


def require(answer: Answer) -> None:
    """Raise ``Refused`` with the rule's own reason unless ``answer`` is True."""
    if answer is not True:
        raise Refused(answer)
