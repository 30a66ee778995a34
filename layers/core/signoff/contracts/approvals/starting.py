"""Starting a workflow as the contract says it: a template, a document and a context."""

import re
from dataclasses import replace

from signoff.contracts.approvals.models import StartContext, StartWorkflowRequest
from signoff.contracts.approvals.people import named_person, with_groups
from signoff.definitions.names import definition_named
from signoff.definitions.store import find_definition
from signoff.documents.model import Document
from signoff.documents.store import find_document
from signoff.errors import Conflict, DocumentNotFound, Invalid, NotFound
from signoff.identity.principal import Actor, Caller
from signoff.runs.ids import is_id
from signoff.runs.progress import Moved
from signoff.runs.start import start_run
from signoff.runs.variables import BUILT_IN


def start_instance(caller: Caller, sent: StartWorkflowRequest) -> Moved:
    """Start what the body names; the context becomes variables, ``submittedBy`` the initiator.

    Raises Forbidden (whom the caller may not name, or who may not start this), NotFound
    (template), DocumentNotFound, Conflict (the template is disabled, the document was rejected),
    Invalid.
    """
    context = sent.context or StartContext()
    initiator = _initiator(caller, context)
    definition = definition_named(sent.template_id)
    if find_definition(caller.tenant, definition) is None:
        raise NotFound("Workflow template not found", field="templateId")
    document_id = sent.document_id.lower()
    if not is_id(document_id):
        raise Invalid("documentId must be a UUID", field="documentId")
    document = _document(caller.tenant, document_id)
    variables = _variables(context)
    try:
        return start_run(
            replace(caller, actor=initiator),
            definition,
            variables=variables,
            document_ref=document_id,
            document_version=document.standing,
            urgency=context.urgency,
        )
    except Invalid as refusal:
        field = refusal.field and _in_context(refusal.field)
        raise Invalid(_in_context(refusal.message), field=field) from refusal


def _document(tenant: str, document_id: str) -> Document:
    """The document, if there is or may yet be something to decide about."""
    document = find_document(tenant, document_id)
    if document is None:
        raise DocumentNotFound("Document not found", field="documentId")
    if document.status == "Rejected":
        raise Conflict(f"The document was rejected: {document.reason}", field="documentId")
    return document


def _initiator(caller: Caller, context: StartContext) -> Actor:
    if context.submitted_by is not None:
        return named_person(caller, context.submitted_by, field="context.submittedBy")
    if caller.principal.user is not None:
        return caller.principal.user
    if caller.actor.id == caller.principal.id:
        return caller.actor  # the key itself, whom no directory knows
    return with_groups(caller, caller.actor.id)


def _variables(context: StartContext) -> dict[str, object]:
    """What was sent, under the names that it was sent by."""
    variables = context.model_dump(by_alias=True, exclude_unset=True)
    for name in variables:
        if name in BUILT_IN:
            raise Invalid(f"context.{name} is set by the engine", field=f"context.{name}")
    return variables


def _in_context(text: str) -> str:
    """What the engine says of its variables, said of the field that they were sent in."""
    return re.sub(r"\Avariables\b", "context", text)
