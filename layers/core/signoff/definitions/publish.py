"""Publishing: check, compile, make the state machine, then commit head, version and entry at once.

The state machine comes first, because a version that can be read must be able to run. A crash in
between leaves a machine version that nothing refers to, and publishing again does the whole anew.
"""

import hashlib
import random
import time
import uuid
from dataclasses import dataclass
from typing import Any

from signoff.clock import timestamp
from signoff.compiler import compile_definition
from signoff.definition.checker import check
from signoff.definition.loader import Loaded, load_bytes
from signoff.definition.model import Definition
from signoff.definitions.head import DefinitionHead, PublishedVersion, pointer_key
from signoff.definitions.machines import machine_name, publish_machine, this_stack
from signoff.definitions.problems import DefinitionRefused, PublishProblem
from signoff.definitions.references import reference_problems
from signoff.definitions.store import MAX_VERSION, find_definition, is_uuid
from signoff.errors import Conflict, Invalid
from signoff.identity.principal import Caller
from signoff.identity.settings import DEFINITION_PUBLISHED, record
from signoff.storage.store import state
from signoff.storage.transaction import (
    ConditionFailed,
    Contended,
    Transaction,
    absent,
    unchanged,
)
from signoff.storage.values import to_json

# An item of DynamoDB has at most 400 KB; the rest of it is small.
MAX_DOCUMENT_BYTES = 350_000
# CreateStateMachine (AWS Step Functions API reference): length of the definition.
MAX_MACHINE_CHARACTERS = 1_048_576

_ATTEMPTS = 3
_PAUSE = 0.1  # seconds, with jitter

_NAMES = {
    "application/json": "definition.json",
    "application/yaml": "definition.yaml",
    "application/x-yaml": "definition.yaml",
    "text/yaml": "definition.yaml",
}


@dataclass(frozen=True)
class Publication:
    """What publishing led to; ``created`` is False where the newest version says the same."""

    head: DefinitionHead
    created: bool
    warnings: tuple[PublishProblem, ...]


def publish(caller: Caller, content: bytes, media_type: str) -> Publication:
    """Publish the definition in ``content`` (YAML or JSON, UTF-8) as the newest of its key.

    A ``media_type`` that is neither is no matter: the text shows what it is. Of two that publish at
    once, one is first and the other follows it. Raises DefinitionRefused with all problems, and
    Conflict when others were faster three times.
    """
    loaded = load_bytes(content, _NAMES.get(media_type, "definition"))
    found = tuple(PublishProblem.of_checker(problem) for problem in check(loaded))
    definition = loaded.definition
    if definition is None or any(problem.severity == "error" for problem in found):
        raise DefinitionRefused(found)
    document = _document(definition)
    for _ in range(_ATTEMPTS):
        head = find_definition(caller.tenant, definition.key)
        publication = _publish_after(head, caller, loaded, definition, document, found)
        if publication is not None:
            return publication
        time.sleep(_PAUSE * random.uniform(0.5, 1))  # noqa: S311 - only jitter
    raise Conflict("The definition was published by others at the same time; try again")


def _publish_after(
    head: DefinitionHead | None,
    caller: Caller,
    loaded: Loaded,
    definition: Definition,
    document: dict[str, Any],
    warnings: tuple[PublishProblem, ...],
) -> Publication | None:
    """Publish what follows ``head``; None if somebody else did so first."""
    digest = hashlib.sha256(to_json(document).encode()).hexdigest()
    if head is not None and head.digest == digest:
        return Publication(head, created=False, warnings=warnings)
    version = head.version + 1 if head else 1
    if version > MAX_VERSION:
        raise Conflict("The definition has as many versions as it can have")
    problems = (
        *_key_problems(caller.tenant, loaded, definition.key),
        *reference_problems(caller.tenant, loaded, definition),
    )
    if problems:
        raise DefinitionRefused((*problems, *warnings))
    moment = timestamp()
    published = PublishedVersion(
        definition_id=head.definition_id if head else str(uuid.uuid4()),
        tenant=caller.tenant,
        key=definition.key,
        version=version,
        name=definition.name,
        document=document,
        machine_arn=_make_machine(caller.tenant, definition, version),
        digest=digest,
        published_at=moment,
        published_by=caller.actor.id,
    )
    initiators = definition.initiators
    new_head = DefinitionHead(
        definition_id=published.definition_id,
        tenant=caller.tenant,
        key=definition.key,
        name=definition.name,
        description=definition.description,
        category=definition.category,
        version=version,
        enabled=definition.enabled,
        initiator_groups=initiators.groups if initiators else None,
        machine_arn=published.machine_arn,
        digest=digest,
        created_at=head.created_at if head else moment,
        published_at=moment,
        published_by=caller.actor.id,
    )
    if not _commit(head, new_head, published, caller):
        return None
    return Publication(new_head, created=True, warnings=warnings)


def _document(definition: Definition) -> dict[str, Any]:
    """The definition as JSON data, as it was written: defaults stay unwritten."""
    document = definition.model_dump(mode="json", by_alias=True, exclude_unset=True)
    size = len(to_json(document).encode())
    if size > MAX_DOCUMENT_BYTES:
        raise Invalid(
            f"The definition has {size:,} bytes as JSON; at most {MAX_DOCUMENT_BYTES:,} can be "
            "stored. Move parts of it into sub-workflows"
        )
    return document


def _key_problems(tenant: str, loaded: Loaded, key: str) -> list[PublishProblem]:
    problems = []
    if is_uuid(key):
        message = "The key has the form of an id, and could be taken for one."
        hint = "Choose a key that says what the workflow is for."
        problems.append(PublishProblem.at(loaded, ("key",), "reserved-name", message, hint))
    try:
        machine_name(this_stack().name, tenant, key)
    except Invalid as error:
        hint = "Choose a shorter key."
        problems.append(PublishProblem.at(loaded, ("key",), "too-long", error.message, hint))
    return problems


def _make_machine(tenant: str, definition: Definition, version: int) -> str:
    asl = compile_definition(definition, version).to_json()
    stack = this_stack()
    name = machine_name(stack.name, tenant, definition.key)
    return publish_machine(stack, name, asl, f"{definition.key} version {version}")


def _commit(
    head: DefinitionHead | None, new_head: DefinitionHead, published: PublishedVersion, by: Caller
) -> bool:
    """Write everything; False, and nothing written, if the head is not ``head`` any more."""
    transaction = Transaction()
    transaction.put(state(), new_head.to_item(), unchanged(head.version) if head else absent())
    transaction.put(state(), published.to_item(), absent())
    if head is None:
        pk, sk = pointer_key(new_head.tenant, new_head.definition_id)
        transaction.put(state(), {"PK": pk, "SK": sk, "key": new_head.key}, absent())
    detail = {
        "definitionId": new_head.definition_id,
        "key": new_head.key,
        "version": new_head.version,
        "name": new_head.name,
        "enabled": new_head.enabled,
        "digest": new_head.digest,
    }
    record(transaction, new_head.tenant, DEFINITION_PUBLISHED, detail, by)
    try:
        transaction.commit()
    except (ConditionFailed, Contended):
        return False
    return True
