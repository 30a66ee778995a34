"""What a page about a task tells its reader, beside the task itself."""

from dataclasses import dataclass

from signoff.definitions.store import find_definition
from signoff.directory.find import find_users
from signoff.directory.user import User
from signoff.documents.model import Document
from signoff.documents.store import find_document
from signoff.identity.principal import is_program
from signoff.links.standing import Standing
from signoff.runs.model import Run
from signoff.runs.read import read_some_tasks

_APPLICATION = "an application"
_REMOVED = "The document was deleted"


@dataclass(frozen=True)
class Shown:
    """Names for people. ``document`` is the title of the run's document, or what it was called.

    ``has_content`` says whether there is a version to open. ``remark`` is what was asked for where
    the task is a rework, ``remark_by`` by whom.
    """

    workflow: str
    document: str | None
    has_content: bool
    asker: str
    holder: str | None
    remark: str | None = None
    remark_by: str | None = None


def look_up(standing: Standing) -> Shown:
    """The names, as they are now; at most four reads."""
    run, task = standing.run, standing.task
    definition = find_definition(run.tenant, run.definition_key)
    remark, critic = _remark(standing)
    people = find_users(run.tenant, [run.initiator, task.owner or "", critic or ""])
    document = _document(run)
    return Shown(
        workflow=definition.name if definition else run.definition_key,
        document=_title(run, document),
        has_content=document is not None,
        asker=_name(people, run.initiator),
        holder=_name(people, task.owner) if task.owner else None,
        remark=remark,
        remark_by=_name(people, critic) if critic else None,
    )


def _remark(standing: Standing) -> tuple[str | None, str | None]:
    """What the approver asked for whose task this one is the rework of, and who they are."""
    ordinal = standing.task.rework_of
    if ordinal is None:
        return None, None
    asked = read_some_tasks(standing.step, [ordinal]).get(ordinal)
    return (asked.comment, asked.owner) if asked else (None, None)


def _document(run: Run) -> Document | None:
    """The document of ours that the run was started on; a reference may be anything else."""
    if run.document_version is None or run.document_ref is None:
        return None
    return find_document(run.tenant, run.document_ref)


def _title(run: Run, document: Document | None) -> str | None:
    if document is not None:
        return document.title
    return _REMOVED if run.document_version is not None else run.document_ref


def _name(people: dict[str, User], user_id: str) -> str:
    if is_program(user_id):
        return _APPLICATION
    return people[user_id].name if user_id in people else user_id
