"""POST /api/v1/workflows/instances/{instanceId}/comments"""

from signoff.contracts.approvals.advancing import comment
from signoff.contracts.approvals.face import APPROVALS
from signoff.contracts.approvals.ids import run_of
from signoff.contracts.approvals.models import CommentRequest, InstanceEntry
from signoff.contracts.approvals.rendering import instance_entry
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request


def comment_instance(request: Request[CommentRequest]) -> InstanceEntry:
    """Comment on an instance without a decision, also on one that has ended.

    For its initiator, and whoever is or was asked in it; also who has delegated their task.
    """
    run_id = run_of(request.path["instanceId"])
    return instance_entry(comment(request.caller, run_id, request.body))


handler = endpoint(
    APPROVALS, "POST /api/v1/workflows/instances/{instanceId}/comments", comment_instance,
    scope="workflows:write", status=201, body=CommentRequest, refusals=(404,),
)  # fmt: skip
