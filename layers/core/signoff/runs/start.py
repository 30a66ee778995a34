"""Starting a run."""

from dataclasses import dataclass
from typing import Any

from signoff.definitions.head import DefinitionHead, PublishedVersion
from signoff.definitions.store import find_definition, read_version
from signoff.errors import Conflict, Forbidden, Invalid, NotFound
from signoff.identity.principal import Caller
from signoff.limits import DOCUMENT_REF_CHARACTERS, URGENCY_CHARACTERS
from signoff.runs.change import Change
from signoff.runs.checkpoint import Checkpoint
from signoff.runs.ids import derived_run_id, new_run_id
from signoff.runs.model import DocumentVersion, Run
from signoff.runs.nudge import at_once, start_execution
from signoff.runs.progress import Moved
from signoff.runs.read import find_run
from signoff.runs.variables import start_variables
from signoff.storage.repeating import until_committed
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
    document_version: DocumentVersion | None = None,
    urgency: str | None = None,
) -> Moved:
    """Start the latest version of ``definition`` (a key or a UUID) for the caller's person.

    ``document_version`` is the one of ``document_ref`` that the run is about, where it names a
    known document. ``urgency`` is the starter's own word for it, at most 32 characters. Raises
    Invalid (blank documentRef, variables that do not fit the declared parameters), NotFound
    (definition), Forbidden (not of an initiator group), Conflict (disabled). A command repeated
    under one Idempotency-Key finds the run that it made.
    """
    check_words(document_ref, urgency)
    head, published = startable(caller, definition)

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
            document_version=document_version,
            urgency=urgency,
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


def check_words(document_ref: str | None, urgency: str | None = None) -> None:
    """Raises Invalid for a documentRef or an urgency that no run can have."""
    words = (
        ("documentRef", document_ref, DOCUMENT_REF_CHARACTERS),
        ("urgency", urgency, URGENCY_CHARACTERS),
    )
    for name, word, longest in words:
        if word is not None and not word.strip():
            raise Invalid(f"{name} must not be blank", field=name)
        if word is not None and len(word) > longest:
            raise Invalid(f"{name} must have at most {longest} characters", field=name)


def startable(caller: Caller, definition: str) -> tuple[DefinitionHead, PublishedVersion]:
    """The definition and its latest version, if the caller's person may start it now.

    Raises NotFound, Forbidden (not of an initiator group), Conflict (disabled).
    """
    head = find_definition(caller.tenant, definition)
    if head is None:
        raise NotFound(f"'{definition}' not found", about="definition")
    if head.initiator_groups and not set(head.initiator_groups) & set(caller.actor.groups):
        raise Forbidden("Actor is not a member of the initiator group")
    if not head.enabled:
        raise Conflict(f"'{definition}' is disabled", about="definition")
    return head, read_version(caller.tenant, head.definition_id, head.version)


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
    document_version: DocumentVersion | None = None,
    urgency: str | None = None,
    previous_run_id: str | None = None,
) -> tuple[Run, Change, Checkpoint]:
    """A new run, the change that makes it (not committed), and where its machine begins.

    Raises Invalid for variables that do not fit what ``document`` declares.
    """
    given = start_variables(document, variables)
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
        document_version=document_version,
        urgency=urgency,
        previous_run_id=previous_run_id,
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
            **told_version(document_version),
            "initiator": run.initiator,
            "initialState": run.current_state,
            "variables": given,
            **({"urgency": urgency} if urgency else {}),
            **({"previousRunId": previous_run_id} if previous_run_id else {}),
            **({"parentRunId": origin.parent["runId"]} if origin.parent else {}),
        },
        nudge="run",
    )
    checkpoint = Checkpoint(None, start_scope(run, given))
    change.put(checkpoint.to_item(run))
    return run, change, checkpoint


def told_version(version: DocumentVersion | None) -> dict[str, Any]:
    """What an entry says of the document's version, if one is known."""
    if version is None:
        return {}
    return {"documentVersion": version.number, "documentSha256": version.sha256}


def start_scope(run: Run, given: dict[str, Any]) -> dict[str, Any]:
    """What a machine of ``run`` has at the beginning; ``given`` are the variables of its start."""
    return {
        "run": {
            "tenant": run.tenant,
            "id": run.run_id,
            "attempt": run.attempt,
            "definition": {
                "id": run.definition_id,
                "key": run.definition_key,
                "version": run.definition_version,
            },
            "depth": run.depth,
        },
        "vars": given
        | {"initiator": run.initiator, "documentRef": run.document_ref, "runId": run.run_id},
        "visits": {},
        "passed": [],
        "last": None,
        "at": "",
    }
