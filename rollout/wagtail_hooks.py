"""What rollout adds to the admin: its menu section, and the names of its deeds in the history."""

from wagtail import hooks
from wagtail.log_actions import LogActionRegistry

from rollout.viewsets import RolloutGroup

LOG_ACTIONS = {
    "rollout.playbook_imported": ("Import playbook", "Playbook imported"),
    "rollout.playbook_published": ("Publish playbook", "Playbook version published"),
    "rollout.program_started": ("Start program", "Program started"),
    "rollout.invitations_sent": ("Send invitations", "Invitations sent"),
    "rollout.parameters_recorded": ("Record parameters", "Parameters recorded"),
    "rollout.wave_dates_set": ("Set dates", "Dates of the first cycle set"),
    "rollout.due_dates_recomputed": ("Recompute due dates", "Due dates worked out anew"),
    "rollout.due_date_set": ("Set due date", "Due date set by hand"),
    "rollout.feed_renewed": ("Subscribe to calendar", "Calendar address made"),
    "rollout.feed_revoked": ("Revoke calendar", "Calendar address revoked"),
    "rollout.program_paused": ("Pause program", "Program paused"),
    "rollout.program_resumed": ("Resume program", "Program resumed"),
    "rollout.role_assigned": ("Assign role", "Role assigned"),
    "rollout.role_ended": ("End role", "Role ended"),
    "rollout.delegation_made": ("Delegate decisions", "Decisions delegated"),
    "rollout.delegation_revoked": ("Take delegation back", "Delegation taken back"),
    "rollout.role_handed_over": ("Hand over role", "Role handed over"),
    "rollout.role_learning_set": ("Settle learning", "Learning of a role settled"),
    "rollout.external_named": ("Name external", "Holder from outside named"),
    "rollout.external_ended": ("End external", "Engagement from outside ended"),
    "rollout.charter_written": ("Write charter", "New edition of a charter written"),
    "rollout.charter_accepted": ("Accept charter", "Charter accepted"),
    "rollout.charter_signed_outside": ("Record signed charter", "Charter signed by somebody from outside"),
    "rollout.roster_changed": ("Change roster", "Roster changed"),
    "rollout.roster_frozen": ("Freeze roster", "Roster frozen"),
    "rollout.joiner_added": ("Add joiner", "Joiner added"),
    "rollout.leaver_recorded": ("Record leaver", "Leaver recorded"),
    "rollout.meetings_planned": ("Plan meetings", "Meetings planned"),
    "rollout.meetings_generated": ("Generate meetings", "Meetings of the cycle made from the playbook"),
    "rollout.meeting_moved": ("Move meeting", "Meeting moved"),
    "rollout.meeting_cancelled": ("Cancel meeting", "Meeting cancelled"),
    "rollout.enrollment_opened": ("Open enrollment", "Enrollment opened"),
    "rollout.cycle_started": ("Start cycle", "First cycle started"),
    "rollout.item_stated": ("Answer question", "Question answered"),
    "rollout.remark_written": ("Comment", "Comment written"),
    "rollout.remark_edited": ("Edit comment", "Comment edited"),
    "rollout.remark_withdrawn": ("Withdraw comment", "Comment withdrawn"),
    "rollout.waiver_requested": ("Ask for waiver", "Waiver requested"),
    "rollout.waiver_approval_given": ("Approve waiver in part", "One of two approvals given to a waiver"),
    "rollout.waiver_approved": ("Approve waiver", "Waiver approved"),
    "rollout.waiver_rejected": ("Reject waiver", "Waiver rejected"),
    "rollout.waiver_revoked": ("Revoke waiver", "Waiver revoked"),
    "rollout.waiver_expired": ("Expire waiver", "Waiver expired"),
    "rollout.waiver_fulfilled": ("Fulfill waiver", "Waiver fulfilled: its question is met"),
    "rollout.gate_submitted": ("Submit gate", "Gate submitted"),
    "rollout.gate_withdrawn": ("Withdraw submission", "Gate submission withdrawn"),
    "rollout.gate_voted": ("Vote on gate", "Voted on gate"),
    "rollout.hold_lifted": ("Lift hold", "Hold lifted"),
    "rollout.condition_changed": ("Change condition", "Condition changed"),
    "rollout.gate_decided": ("Decide gate", "Gate decided"),
    "rollout.gate_question_asked": ("Ask about a gate", "Question asked about a gate"),
    "rollout.gate_question_answered": ("Answer about a gate", "Question about a gate answered"),
    "rollout.digest_chosen": ("Choose the weekly letter", "Weekly letter chosen"),
    "rollout.people_reminded": ("Remind people", "People reminded"),
    "rollout.step_became_suspect": ("Mark suspect", "Gate became suspect"),
    "rollout.doubt_added": ("Add cause", "One more cause for doubt in a gate"),
    "rollout.step_reopened": ("Reopen gate", "Gate reopened"),
    "rollout.reconfirmation_given": ("Confirm gate in part", "One of several confirmations of a gate"),
    "rollout.gate_reconfirmed": ("Confirm gate again", "Gate confirmed again"),
}


@hooks.register("register_admin_viewset")
def register_rollout_section() -> RolloutGroup:
    return RolloutGroup()


@hooks.register("register_log_actions")
def register_rollout_actions(actions: LogActionRegistry) -> None:
    """Name every deed of this app for the history views."""
    for action, (label, message) in LOG_ACTIONS.items():
        actions.register_action(action, label, message)
