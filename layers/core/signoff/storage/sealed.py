"""Secrets as they are kept: sealed by a KMS key that only some roles may use, each only one way.

What is sealed is bound to what it belongs to (KMS calls that its encryption context), so that a
sealed text copied to somewhere else, another tenant for one, opens nothing there.
"""

import base64
import hashlib
import os
import threading

from botocore.exceptions import ClientError

from signoff.memory import Memory
from signoff.storage.clients import client
from signoff.storage.values import to_json

# Encrypt takes so much (AWS KMS API Reference, "Encrypt").
MAX_BYTES = 4096
# A secret that was taken away is used no longer than this, and 200 hooks fit.
REMEMBERED_SECONDS = 300.0
_REMEMBERED = 1_000

_opened: Memory[str] = Memory(_REMEMBERED, REMEMBERED_SECONDS)
_lock = threading.Lock()  # deliveries of one batch are signed at once

_NOT_OURS = frozenset({"InvalidCiphertextException", "IncorrectKeyException"})


class CannotOpen(Exception):
    """The text was sealed by another key, or for something else than it is opened for."""


def seal(text: str, **context: str) -> str:
    """``text`` (at most 4,096 bytes of UTF-8) sealed for what ``context`` names; base64.

    Raises ValueError for more, and botocore's ClientError.
    """
    content = text.encode()
    if len(content) > MAX_BYTES:
        raise ValueError(f"at most {MAX_BYTES} bytes can be sealed")
    answer = client("kms").encrypt(
        KeyId=os.environ["SECRETS_KEY_ARN"], Plaintext=content, EncryptionContext=context
    )
    return base64.b64encode(answer["CiphertextBlob"]).decode()


def unseal(sealed: str, **context: str) -> str:
    """The text that ``seal`` was given with the same ``context``.

    One call, and none for what this container has opened within five minutes. Raises CannotOpen,
    and botocore's ClientError for what may pass.
    """
    name = hashlib.sha256(f"{sealed} {to_json(sorted(context.items()))}".encode()).hexdigest()
    with _lock:
        found = _opened.find(name)
    if found:
        return found.value
    text = _decrypted(sealed, context)
    with _lock:
        _opened.keep(name, text)
    return text


def forget_opened() -> None:
    """Forget every secret that was opened."""
    with _lock:
        _opened.clear()


def _decrypted(sealed: str, context: dict[str, str]) -> str:
    try:
        answer = client("kms").decrypt(
            KeyId=os.environ["SECRETS_KEY_ARN"],
            CiphertextBlob=base64.b64decode(sealed),
            EncryptionContext=context,
        )
    except ClientError as error:
        if error.response["Error"]["Code"] in _NOT_OURS:
            raise CannotOpen from error
        raise
    plaintext: bytes = answer["Plaintext"]
    return plaintext.decode()
