"""Reading how a program stands. Whoever needs it twice in one request hands it on: a wave is evaluated once."""

from rollout.models import Program
from rollout.queries.boards import board_facts
from rollout.queries.holders import Holders
from rollout.rules.standing import ProgramStanding, placed
from rollout.services.evaluation import evaluate_steps


def read_standing(*, program: Program, holders: Holders | None = None) -> ProgramStanding:
    """Return the program's facts and the fresh evaluation of the gate it stands at, in a fixed number of queries.

    Fetch ``program`` with ``select_related("playbook_version")``. One wave is evaluated, the first that is still on
    its way: every further one would cost the same queries again, and its own gate room shows it fresh. A stopped
    program is not evaluated.
    """
    standing = ProgramStanding(board_facts(program, holders))
    running, current = standing.running, standing.current
    if running is None or current is None or program.state == Program.State.STOPPED:
        return standing
    standing.evaluations = evaluate_steps(wave=running.wave, steps=[current], holders=standing.holders)
    placed(standing.evaluations.values())
    return standing
