"""Reading what a letter names: people, the document, the workflow."""

from collections.abc import Iterable

from signoff.definitions.store import find_definition
from signoff.directory.find import find_users
from signoff.documents.store import find_document
from signoff.identity.principal import is_program
from signoff.notifications.plain import one_line
from signoff.runs.model import Run

_TITLE = 100  # characters
# Who history says it was, and what people call it.
_ENGINE = {"system:sla": "the deadline"}


class Names:
    """What people are called; one read for all that a letter names."""

    def __init__(self, tenant: str, user_ids: Iterable[str | None]) -> None:
        wanted = [each for each in user_ids if each]
        self._users = find_users(tenant, wanted)

    def of(self, user_id: str | None) -> str:
        """The name of somebody, or their id where the directory does not know them."""
        if not user_id:
            return "somebody"
        if is_program(user_id):
            return "a program"
        if user_id in _ENGINE:
            return _ENGINE[user_id]
        user = self._users.get(user_id)
        return user.name if user else user_id


def title_of(run: Run) -> str:
    """What a run is about: its document's title, or what the starter called it; else its
    workflow."""
    reference = run.document_ref
    if not reference:
        return workflow_of(run)
    document = find_document(run.tenant, reference)
    return one_line(document.title if document else reference, _TITLE)


def workflow_of(run: Run) -> str:
    """The name of the workflow that a run is of; a definition is never deleted."""
    head = find_definition(run.tenant, run.definition_key)
    return one_line(head.name if head else run.definition_key, _TITLE)
