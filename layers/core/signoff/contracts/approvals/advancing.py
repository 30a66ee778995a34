"""What people do with an instance, as the contract says it: the person is named in the body."""

from signoff.contracts.approvals.models import AdvanceRequest, CommentRequest
from signoff.contracts.approvals.people import named_person
from signoff.history.entry import HistoryEntry
from signoff.identity.principal import Caller
from signoff.runs.comment import comment_as_participant
from signoff.runs.progress import Moved
from signoff.tasks.act import act_on_run

ACTOR = "actorUserId"


def advance(caller: Caller, run_id: str, sent: AdvanceRequest) -> Moved:
    """Act for the person whom the body names. Raises as ``act_on_run`` and ``named_person`` do."""
    person = named_person(caller, sent.actor_user_id, field=ACTOR)
    return act_on_run(
        caller,
        run_id,
        person,
        sent.action,
        comment=sent.comment,
        data=sent.data,
        delegate_to=sent.delegate_to_user_id,
    )


def comment(caller: Caller, run_id: str, sent: CommentRequest) -> HistoryEntry:
    """Add the comment of the person whom the body names."""
    person = named_person(caller, sent.actor_user_id, field=ACTOR)
    return comment_as_participant(caller, run_id, person, sent.comment)
