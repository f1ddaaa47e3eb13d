"""The order of locks: program, wave, step, then what hangs below; by primary key, before any rule is asked."""

from rollout.models import ChecklistItem, Program, Step, Wave


def lock_step(step_id: int) -> Step:
    """Lock the step's program, wave and the step itself, and return it fresh with all of them and the playbook.

    The locks leave foreign keys of others usable (``no_key``), so that rows pointing here can still be written.
    """
    wave_id, program_id = Step.objects.values_list("wave_id", "wave__program_id").get(pk=step_id)
    program = (
        Program.objects.select_for_update(of=("self",), no_key=True)
        .select_related("playbook_version")
        .get(pk=program_id)
    )
    wave = Wave.objects.select_for_update(no_key=True).get(pk=wave_id)
    wave.program = program
    step = Step.objects.select_for_update(no_key=True).get(pk=step_id)
    step.wave = wave
    return step


def lock_item(item_id: int) -> ChecklistItem:
    """Lock an item below its program, wave and step, and return it fresh with all of them."""
    step = lock_step(ChecklistItem.objects.values_list("step_id", flat=True).get(pk=item_id))
    item = ChecklistItem.objects.select_for_update(no_key=True).get(pk=item_id)
    item.step = step
    return item


def lock_program(program_id: int) -> Program:
    """Lock the program and return it fresh with its playbook version."""
    return (
        Program.objects.select_for_update(of=("self",), no_key=True)
        .select_related("playbook_version")
        .get(pk=program_id)
    )


def lock_wave(wave_id: int) -> Wave:
    """Lock the wave's program and the wave, and return it fresh with program and playbook."""
    program = lock_program(Wave.objects.values_list("program_id", flat=True).get(pk=wave_id))
    wave = Wave.objects.select_for_update(no_key=True).get(pk=wave_id)
    wave.program = program
    return wave
