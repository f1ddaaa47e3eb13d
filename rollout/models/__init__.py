from rollout.models.charters import CharterAcceptance, CharterText
from rollout.models.dates import CalendarFeed, HoldShift, ProgramPause, RetrospectiveReminder
from rollout.models.delegations import Delegation
from rollout.models.digests import DigestIssue, DigestOptOut, DigestSent
from rollout.models.dossiers import DossierEntry
from rollout.models.drafts import Invitation, ProgramDraft
from rollout.models.evidence_files import EvidenceFile, EvidenceFileVersion, EvidenceView
from rollout.models.gates import Condition, DecisionVote, GateDecision, GateSubmission, HoldLift, in_whose_name
from rollout.models.handovers import ConditionHandover
from rollout.models.items import ChecklistItem, Finding, Statement
from rollout.models.mailings import Mailing
from rollout.models.playbooks import Playbook, PlaybookVersion
from rollout.models.programs import DateSetBy, Program, RosterMember, Step, Wave
from rollout.models.questions import GateQuestion
from rollout.models.remarks import Remark, RemarkMention
from rollout.models.reminders import ReminderRound, ReminderSent
from rollout.models.roles import ExternalHolder, Meeting, RoleAssignment, RoleSlot
from rollout.models.suspicion import Reconfirmation, Reopening, Suspicion
from rollout.models.visits import ProgramVisit
from rollout.models.waivers import Waiver, WaiverApproval

__all__ = [
    "CalendarFeed",
    "CharterAcceptance",
    "CharterText",
    "ChecklistItem",
    "Condition",
    "ConditionHandover",
    "DateSetBy",
    "DecisionVote",
    "Delegation",
    "DigestIssue",
    "DigestOptOut",
    "DigestSent",
    "DossierEntry",
    "EvidenceFile",
    "EvidenceFileVersion",
    "EvidenceView",
    "ExternalHolder",
    "Finding",
    "GateDecision",
    "GateQuestion",
    "GateSubmission",
    "HoldLift",
    "HoldShift",
    "Invitation",
    "Mailing",
    "Meeting",
    "Playbook",
    "PlaybookVersion",
    "Program",
    "ProgramDraft",
    "ProgramPause",
    "ProgramVisit",
    "Reconfirmation",
    "Remark",
    "RemarkMention",
    "ReminderRound",
    "ReminderSent",
    "Reopening",
    "RetrospectiveReminder",
    "RoleAssignment",
    "RoleSlot",
    "RosterMember",
    "Statement",
    "Step",
    "Suspicion",
    "Waiver",
    "WaiverApproval",
    "Wave",
    "in_whose_name",
]
