"""Which user an access token of the user pool belongs to."""

from dataclasses import replace

from signoff.directory.change import as_read
from signoff.directory.find import find_user
from signoff.directory.user import User, subject_key
from signoff.errors import NotFound
from signoff.storage.repeating import until_committed
from signoff.storage.store import state
from signoff.storage.transaction import Transaction


def bind_subject(tenant: str, user_id: str, subject: str) -> User:
    """Note what the user pool calls this person; binding the same again changes nothing.

    It is no change of settings (nobody decided anything), so there is no entry, and the user's
    version stays what their last editor was told. Raises NotFound.
    """

    def command() -> User:
        before = find_user(tenant, user_id)
        if before is None:
            raise NotFound("User not found")
        if before.subject == subject:
            return before
        transaction = Transaction()
        bound = {"subject": subject}
        transaction.update(state(), before.key, set_=bound, condition=as_read(before))
        if before.subject:
            transaction.delete(state(), subject_key(before.subject))
        pk, sk = subject_key(subject)
        pointer = {"PK": pk, "SK": sk, "tenant": tenant, "userId": user_id}
        transaction.put(state(), pointer)
        transaction.commit()
        return replace(before, subject=subject)

    return until_committed(command, "The directory")
