"""POST /api/v1/admin/runs/{runId}/comments"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_runs import CommentRunRequest, Entry, shown_entry
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.runs.comment import comment_run as comment


def comment_run(request: Request[CommentRunRequest]) -> Entry:
    """Add a comment to a run's history; also to that of a run that has ended."""
    return shown_entry(comment(request.caller, request.path["runId"], request.body.comment))


handler = endpoint(
    ADMIN, "POST /api/v1/admin/runs/{runId}/comments", comment_run, scope="admin:runs",
    body=CommentRunRequest, status=201, uuids=("runId",), refusals=(404,),
)  # fmt: skip
