"""Are the program's parameters recorded? Rules of thumb warn and never block."""

from collections.abc import Sequence

from rollout.evidence import evidence_source
from rollout.evidence.context import Check, WaveContext, missing_thing
from rollout.models import Finding
from rollout.queries.parameters import parameter_warnings, recorded_parameters


@evidence_source("parameters_recorded")
def parameters_recorded(context: WaveContext, checks: Sequence[Check]) -> list[Finding]:
    """Met when every parameter named in ``parameters`` (default: all of the playbook) has a value."""
    recorded = recorded_parameters(context.wave.program)
    titles = {parameter.key: parameter.title for parameter in context.content.parameters}
    warnings = parameter_warnings(context.wave.program, context.content)
    findings = []
    for check in checks:
        keys = check.parameters.get("parameters") or list(titles)
        missing = [key for key in keys if key not in recorded]
        names = ", ".join(titles.get(key, key).lower() for key in missing)
        done = len(keys) - len(missing)
        met = bool(keys) and not missing
        if not keys:
            summary = "The playbook names no parameters, so there is nothing to compare with"
        elif met:
            summary = f"All {len(keys)} parameters are recorded"
        else:
            summary = f"{done} of {len(keys)} parameters recorded, missing: {names}"
        findings.append(
            check.finding(
                Finding.Status.MET if met else Finding.Status.NOT_MET,
                summary,
                value=done,
                target=len(keys),
                missing=[missing_thing(titles.get(key, key), "is not recorded yet") for key in missing],
                warnings=[warning for key, warning in warnings.items() if key in keys],
                fix_label="Record the parameters",
                fix_url=context.screen("parameters"),
            )
        )
    return findings
