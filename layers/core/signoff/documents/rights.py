"""Who may change a document: programs by their scope, people their own."""

from signoff.directory.groups import ADMINISTRATORS
from signoff.documents.model import Document
from signoff.errors import Forbidden
from signoff.identity.principal import Caller


def check_change(caller: Caller, document: Document) -> None:
    """Raise Forbidden to a person who neither owns the document nor is an administrator.

    A key has been trusted with the tenant's documents when it was given the scope.
    """
    if caller.principal.user is None or ADMINISTRATORS in caller.actor.groups:
        return
    if caller.actor.id != document.owner:
        raise Forbidden("Only its owner or an administrator may change this document")
