"""POST /api/v1/admin/runs"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_runs import RunDetail, StartRunRequest, run_detail
from signoff.definitions.names import definition_named
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.runs.progress import settle
from signoff.runs.start import start_run as start


def start_run(request: Request[StartRunRequest]) -> RunDetail:
    """Start a run of a definition's newest version, for the actor or for the key itself."""
    sent, caller = request.body, request.caller
    definition = definition_named(sent.definition)
    moved = start(caller, definition, variables=sent.variables, document_ref=sent.document_ref)
    return run_detail(settle(caller.tenant, moved, request.wait))


handler = endpoint(
    ADMIN, "POST /api/v1/admin/runs", start_run, scope="admin:runs", body=StartRunRequest,
    status=201, refusals=(404, 409), waits=True,
)  # fmt: skip
