"""GET /api/v1/workflows/instances/{instanceId}"""

from signoff.contracts.approvals.face import APPROVALS
from signoff.contracts.approvals.ids import run_of
from signoff.contracts.approvals.models import InstanceDetail
from signoff.contracts.approvals.rendering import read_instance
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.runs.read import read_run


def get_instance(request: Request[None]) -> InstanceDetail:
    """Get a workflow instance with its tasks and its history."""
    return read_instance(read_run(request.tenant, run_of(request.path["instanceId"])))


handler = endpoint(
    APPROVALS, "GET /api/v1/workflows/instances/{instanceId}", get_instance,
    scope="workflows:read", refusals=(404,),
)  # fmt: skip
