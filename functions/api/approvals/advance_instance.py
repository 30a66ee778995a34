"""POST /api/v1/workflows/instances/{instanceId}/advance"""

from signoff.contracts.approvals.advancing import advance
from signoff.contracts.approvals.face import APPROVALS
from signoff.contracts.approvals.ids import run_of
from signoff.contracts.approvals.models import AdvanceRequest, InstanceDetail
from signoff.contracts.approvals.rendering import read_instance
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.runs.progress import settle


def advance_instance(request: Request[AdvanceRequest]) -> InstanceDetail:
    """Act for a person on their open task in the instance, or cancel it for its initiator.

    `reject` and `requestChanges` need a comment. Where the node knows no such outcome,
    `requestChanges` makes a task for the initiator, and the approver's comes back when that is
    done.
    """
    moved = advance(request.caller, run_of(request.path["instanceId"]), request.body)
    return read_instance(settle(request.tenant, moved, request.wait).run)


handler = endpoint(
    APPROVALS, "POST /api/v1/workflows/instances/{instanceId}/advance", advance_instance,
    scope="workflows:write", body=AdvanceRequest, refusals=(404, 409), waits=True,
)  # fmt: skip
