"""A new version that takes up a rejected run: looked at before anything is stored.

The version is committed first and the run started then, each in its own transaction: a version
whose run cannot be started after all (the definition has been suspended since) is there, and the
refusal says why the run is not. Repeated under its Idempotency-Key, the command goes on from there.
"""

from dataclasses import dataclass

from signoff.documents.store import find_version, made_by
from signoff.errors import Conflict, Forbidden, Invalid, NotFound
from signoff.identity.principal import Caller
from signoff.runs.model import DocumentVersion
from signoff.runs.outcome import is_rejection
from signoff.runs.read import find_run
from signoff.runs.resubmit import resubmit_run, taken_up

FIELD = "resubmitInstanceId"


@dataclass(frozen=True)
class Resubmission:
    """A rejected run that is to be taken up with a document's new version."""

    run_id: str
    comment: str | None = None

    def check(self, caller: Caller, document_id: str) -> None:
        """Raise what would keep the run from being taken up.

        NotFound, Invalid (it is about another document), Forbidden (not its initiator), Conflict
        (not rejected, or taken up already). A command that has made its version is not judged anew.
        """
        if made_by(caller.tenant, document_id, caller.command_id):
            return
        run = find_run(caller.tenant, self.run_id)
        if run is None:
            raise NotFound("Workflow instance not found", field=FIELD)
        if (run.document_ref or "").casefold() != document_id:
            raise Invalid("The instance is not about this document", field=FIELD)
        if run.initiator != caller.actor.id:
            raise Forbidden("Only the initiator may submit an instance anew", field=FIELD)
        if not is_rejection(run):
            raise Conflict("The instance has not been rejected", field=FIELD)
        if taken_up(run):
            raise Conflict("The instance has been submitted anew already", field=FIELD)

    def start(self, caller: Caller, document_id: str, number: int) -> str:
        """The id of the run that takes it up, on the version ``number``.

        A command that is repeated is about the version that it made, whatever has come since.
        """
        number = made_by(caller.tenant, document_id, caller.command_id) or number
        version = find_version(caller.tenant, document_id, number)
        return resubmit_run(
            caller,
            self.run_id,
            document_ref=document_id,
            document_version=DocumentVersion(number, version.sha256 if version else None),
            comment=self.comment,
        ).run_id
