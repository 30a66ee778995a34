"""Starting a run."""

from dataclasses import dataclass
from typing import Any

from signoff.definitions.store import find_definition, read_version
from signoff.errors import Conflict, Forbidden, Invalid, NotFound
from signoff.identity.principal import Caller
from signoff.limits import DOCUMENT_REF_CHARACTERS
from signoff.runs.change import Change, until_committed
from signoff.runs.checkpoint import Checkpoint
from signoff.runs.ids import derived_run_id, new_run_id
from signoff.runs.model import Run
from signoff.runs.nudge import at_once, start_execution
from signoff.runs.progress import Moved
from signoff.runs.read import find_run
from signoff.runs.variables import start_variables
from signoff.storage.transaction import ConditionFailed


@dataclass(frozen=True)
class Origin:
    """Where a run comes from: who is its initiator, and for a sub-workflow its parent."""

    initiator: str
    actor: str | None = None
    via: str | None = None
    parent: dict[str, str] | None = None
    depth: int = 0


def start_run(
    caller: Caller,
    definition: str,
    *,
    variables: dict[str, Any],
    document_ref: str | None = None,
) -> Moved:
    """Start the latest version of ``definition`` (a key or a UUID) for the caller's person.

    Raises Invalid (blank documentRef, variables that do not fit the declared parameters),
    NotFound (definition), Forbidden (not of an initiator group), Conflict (disabled). A command
    repeated under one Idempotency-Key finds the run that it made.
    """
    if document_ref is not None and not document_ref.strip():
        raise Invalid("documentRef must not be blank", field="documentRef")
    if document_ref is not None and len(document_ref) > DOCUMENT_REF_CHARACTERS:
        raise Invalid(
            f"documentRef must have at most {DOCUMENT_REF_CHARACTERS} characters",
            field="documentRef",
        )
    head = find_definition(caller.tenant, definition)
    if head is None:
        raise NotFound(f"Flow definition '{definition}' not found")
    if head.initiator_groups and not set(head.initiator_groups) & set(caller.actor.groups):
        raise Forbidden("Actor is not a member of the initiator group")
    if not head.enabled:
        raise Conflict(f"Flow definition '{definition}' is disabled")
    published = read_version(caller.tenant, head.definition_id, head.version)

    def command() -> tuple[Run, Checkpoint | None]:
        run_id = derived_run_id(caller.command_id) if caller.command_id else new_run_id()
        run, change, checkpoint = prepare_run(
            caller.tenant,
            run_id,
            published.document,
            definition_id=head.definition_id,
            version=head.version,
            machine_arn=head.machine_arn,
            variables=variables,
            document_ref=document_ref,
            origin=Origin(caller.actor.id, caller.actor.id, caller.principal.key_id),
        )
        try:
            change.commit()
        except ConditionFailed:
            already = find_run(caller.tenant, run_id)
            if already is None:
                raise
            return already, None
        return run, checkpoint

    run, checkpoint = until_committed(command)
    if run.nudge == "start":
        at_once(lambda: start_execution(run, checkpoint))
    return Moved(run.run_id)


def prepare_run(
    tenant: str,
    run_id: str,
    document: dict[str, Any],
    *,
    definition_id: str,
    version: int,
    machine_arn: str,
    variables: dict[str, Any],
    document_ref: str | None,
    origin: Origin,
) -> tuple[Run, Change, Checkpoint]:
    """A new run, the change that makes it (not committed), and where its machine begins.

    Raises Invalid for variables that do not fit what ``document`` declares.
    """
    given = start_variables(document, variables)
    scope: dict[str, Any] = {
        "run": {
            "tenant": tenant,
            "id": run_id,
            "attempt": 1,
            "definition": {"id": definition_id, "key": document["key"], "version": version},
            "depth": origin.depth,
        },
        "vars": given
        | {"initiator": origin.initiator, "documentRef": document_ref, "runId": run_id},
        "visits": {},
        "passed": [],
        "last": None,
        "at": "",
    }
    run = Run(
        tenant=tenant,
        run_id=run_id,
        definition_id=definition_id,
        definition_key=document["key"],
        definition_version=version,
        machine_arn=machine_arn,
        initiator=origin.initiator,
        started_at="",
        updated_at="",
        current_state=document["steps"][0]["id"],
        depth=origin.depth,
        document_ref=document_ref,
        parent=origin.parent,
    )
    change = Change(run, actor=origin.actor, via=origin.via)
    run.started_at = change.at
    run.ask_nudge("start")
    change.record(
        "run.started",
        {
            "definitionKey": run.definition_key,
            "definitionVersion": version,
            "documentRef": document_ref,
            "initiator": run.initiator,
            "initialState": run.current_state,
            "variables": given,
        },
        nudge="run",
    )
    checkpoint = Checkpoint(None, scope)
    change.put(checkpoint.to_item(run))
    return run, change, checkpoint
