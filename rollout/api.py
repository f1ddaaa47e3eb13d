"""The door to rollout: what the site, the demo company and the commands may ask and do."""

from rollout.models import (
    CharterAcceptance,
    CharterText,
    ChecklistItem,
    Condition,
    ConditionHandover,
    DecisionVote,
    Delegation,
    ExternalHolder,
    Finding,
    GateDecision,
    GateSubmission,
    HoldLift,
    Meeting,
    Playbook,
    PlaybookVersion,
    Program,
    ProgramPause,
    RoleAssignment,
    RoleSlot,
    RosterMember,
    Statement,
    Step,
    Suspicion,
    Waiver,
    WaiverApproval,
    Wave,
)
from rollout.queries.boards import program_lines, programs_of
from rollout.queries.holders import holders_in
from rollout.queries.remarks import open_mentions, with_open_mentions
from rollout.rules.access import may_see_every_program, may_see_program, may_start_program
from rollout.services.charters import accept_charter, record_external_acceptance, write_charter
from rollout.services.commitments import EnrollmentOpened, open_enrollment, start_cycle
from rollout.services.conditions import change_condition
from rollout.services.delegations import delegate_decisions, revoke_delegation
from rollout.services.drafts import discard_draft, save_draft, start_program_from_draft
from rollout.services.evaluation import GateEvaluation, ItemEvaluation, ItemState, evaluate_gate, evaluate_steps
from rollout.services.externals import end_external, name_external
from rollout.services.gates import (
    CastVote,
    ConditionTerms,
    ReturnTask,
    decide_gate,
    submit_gate,
    vote_on_gate,
    withdraw_submission,
)
from rollout.services.handovers import hand_over
from rollout.services.holds import lift_hold
from rollout.services.invitations import send_invitations
from rollout.services.meetings import cancel_meeting, generate_meetings, move_meeting, plan_meetings
from rollout.services.moves import follow_moves
from rollout.services.pauses import pause_program, resume_program
from rollout.services.playbooks import (
    ImportedPlaybook,
    PlaybookRefused,
    export_playbook,
    import_playbook,
    publish_playbook_version,
)
from rollout.services.programs import ParametersRefused, record_parameters, set_wave_dates, start_program
from rollout.services.reconfirmation import reconfirm_gate
from rollout.services.refresh import refresh_wave, refresh_waves, sweep
from rollout.services.remarks import write_remark
from rollout.services.reopening import preview_reopening, reopen_step
from rollout.services.roles import assign_role, end_role_assignment, set_role_learning
from rollout.services.rosters import (
    AddedMembers,
    add_joiner,
    add_roster_members,
    freeze_roster,
    record_leaver,
    remove_roster_member,
)
from rollout.services.statements import (
    attest_item,
    claim_item,
    confirm_item,
    document_item,
    mark_not_applicable,
    reject_claim,
    withdraw_statement,
)
from rollout.services.waiting import (
    Waiting,
    WaitingDecision,
    WaitingDuty,
    decisions_waiting_for,
    everything_waiting_for,
)
from rollout.services.waivers import approve_waiver, reject_waiver, request_waiver, revoke_waiver

__all__ = [
    "AddedMembers",
    "CastVote",
    "CharterAcceptance",
    "CharterText",
    "ChecklistItem",
    "Condition",
    "ConditionHandover",
    "ConditionTerms",
    "DecisionVote",
    "Delegation",
    "EnrollmentOpened",
    "ExternalHolder",
    "Finding",
    "GateDecision",
    "GateEvaluation",
    "GateSubmission",
    "HoldLift",
    "ImportedPlaybook",
    "ItemEvaluation",
    "ItemState",
    "Meeting",
    "ParametersRefused",
    "Playbook",
    "PlaybookRefused",
    "PlaybookVersion",
    "Program",
    "ProgramPause",
    "ReturnTask",
    "RoleAssignment",
    "RoleSlot",
    "RosterMember",
    "Statement",
    "Step",
    "Suspicion",
    "Waiting",
    "WaitingDecision",
    "WaitingDuty",
    "Waiver",
    "WaiverApproval",
    "Wave",
    "accept_charter",
    "add_joiner",
    "add_roster_members",
    "approve_waiver",
    "assign_role",
    "attest_item",
    "cancel_meeting",
    "change_condition",
    "claim_item",
    "confirm_item",
    "decide_gate",
    "decisions_waiting_for",
    "delegate_decisions",
    "discard_draft",
    "document_item",
    "end_external",
    "end_role_assignment",
    "evaluate_gate",
    "evaluate_steps",
    "everything_waiting_for",
    "export_playbook",
    "follow_moves",
    "freeze_roster",
    "generate_meetings",
    "hand_over",
    "holders_in",
    "import_playbook",
    "lift_hold",
    "mark_not_applicable",
    "may_see_every_program",
    "may_see_program",
    "may_start_program",
    "move_meeting",
    "name_external",
    "open_enrollment",
    "open_mentions",
    "pause_program",
    "plan_meetings",
    "preview_reopening",
    "program_lines",
    "programs_of",
    "publish_playbook_version",
    "reconfirm_gate",
    "record_external_acceptance",
    "record_leaver",
    "record_parameters",
    "refresh_wave",
    "refresh_waves",
    "reject_claim",
    "reject_waiver",
    "remove_roster_member",
    "reopen_step",
    "request_waiver",
    "resume_program",
    "revoke_delegation",
    "revoke_waiver",
    "save_draft",
    "send_invitations",
    "set_role_learning",
    "set_wave_dates",
    "start_cycle",
    "start_program",
    "start_program_from_draft",
    "submit_gate",
    "sweep",
    "vote_on_gate",
    "with_open_mentions",
    "withdraw_statement",
    "withdraw_submission",
    "write_charter",
    "write_remark",
]
