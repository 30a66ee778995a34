"""Reads the emulator's state back, and does what has to happen once before it serves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from signoff_local import emulator

after: list[Callable[[], None]] = []
"""Called in order when all services are restored; mends add to it."""


class RestoreError(RuntimeError):
    """The state on disk cannot be read; the message says what to do."""


def load(image: Path) -> None:
    """Restore every service that has a file in `image`, then call what waits for that.

    ministack's own `_load_persisted_state` goes on with an empty service when a file cannot be
    read, and the next snapshot would make the loss final. This raises RestoreError. Functions are
    called by queues and streams only later, by the launcher, when they can call back.
    """
    app = emulator.module("app")
    persistence = emulator.module("core.persistence")
    functions = emulator.module("services.lambda_svc")
    usual = persistence.STATE_DIR, functions.CODE_BLOB_DIR, functions._ensure_poller
    persistence.STATE_DIR = str(image)
    functions.CODE_BLOB_DIR = str(image / "lambda-blobs")
    functions._ensure_poller = lambda: None
    try:
        for key, module in app._state_map.items():
            if (image / f"{key}.json").exists():
                _load_service(key, module, image)
    finally:
        persistence.STATE_DIR, functions.CODE_BLOB_DIR, functions._ensure_poller = usual
    for act in after:
        act()


def _load_service(key: str, module: str, image: Path) -> None:
    state = emulator.module("core.persistence").load_state(key)
    try:
        if state is None:
            raise ValueError("the file is cut short")
        emulator.module("app")._get_module(module).load_persisted_state(state)
    except Exception as error:
        raise RestoreError(
            f"the saved state of {key} in {image.resolve()} cannot be restored ({error}); "
            "`make reset` starts over without it"
        ) from error
