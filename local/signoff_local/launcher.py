"""The emulator's process: ministack with our mends, our API at the root of its port, our snapshots.

Run as `python -m signoff_local.launcher --home DIR --port N`; `lifecycle` does it in the
background.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import logging.handlers
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from signoff_local import emulator, home, mends, restoring
from signoff_local.front import Front
from signoff_local.mends import retention, states_run
from signoff_local.snapshots import Snapshots

LOG_BYTES = 8 * 1024 * 1024
LOG_FILES = 3

DRAIN_SECONDS = 3.0
"""How long functions may go on after a stop was asked for, and then requests."""


def environment(stack: home.Home, port: int) -> dict[str, str]:
    """The variables that ministack reads at import, each with what it decides here."""
    return {
        "AUTH": "true",  # roles of functions are enforced
        "AWS_ACCESS_KEY_ID": home.ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": home.SECRET_KEY,
        "BIND_HOST": "127.0.0.1",
        "DOCKER_HOST": "unix:///nonexistent",  # it would reap containers of the developer's
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",
        "LAMBDA_ACCOUNT_CONCURRENCY": "0",  # mends/lambda_queue.py bounds; this would throttle
        "LAMBDA_EXECUTOR": "local",
        "LAMBDA_WARM_TTL_SECONDS": "60",
        "LOG_LEVEL": os.environ.get("SIGNOFF_LOG_LEVEL", "WARNING"),
        "MINISTACK_REGION": home.REGION,
        "PERSIST_STATE": "1",
        "S3_DATA_DIR": str(stack.path / "s3"),
        "S3_PERSIST": "1",
        "SFTP_ENABLED": "0",
        "STATE_DIR": str(
            stack.state
        ),  # keys of signatures; the services are in snapshots.py's images
    }


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT; 0 after the state was saved, 1 if it cannot start."""
    parser = argparse.ArgumentParser(prog="signoff_local.launcher")
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    chosen = parser.parse_args(arguments)
    stack = home.Home(chosen.home.resolve())
    stack.make()
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(environment(stack, chosen.port))
    _log_to_files(stack)
    log = logging.getLogger("signoff.launcher")
    try:
        applied = mends.apply_all()
        log.info("mends applied: %s", ", ".join(applied))
        asyncio.run(_serve(stack, chosen.port))
    except (mends.guard.MendError, OSError) as error:
        log.error("%s", error)
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


async def _serve(stack: home.Home, port: int) -> None:
    from hypercorn.asyncio import serve
    from hypercorn.config import Config

    snapshots = Snapshots(stack.state, before=retention.trim)
    app = emulator.module("app")
    app._load_persisted_state = lambda: _load_or_leave(snapshots)

    app.save_all = lambda _: snapshots.take()
    config = Config()
    config.bind = [f"127.0.0.1:{port}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = DRAIN_SECONDS
    config.backlog = 1024
    config.loglevel = "WARNING"

    def touch() -> None:
        snapshots.touched = True

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    tasks = [asyncio.create_task(snapshots.run()), asyncio.create_task(_deliver_when_up(port))]
    try:
        front: Any = Front(app.app, touch)
        await serve(front, config, shutdown_trigger=lambda: _until_quiet(stop))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        emulator.module("core.lambda_runtime").reset()


def _load_or_leave(snapshots: Snapshots) -> None:
    """Read the state back or end the process: the server would swallow an exception from here."""
    try:
        restoring.load(snapshots.current)
    except restoring.RestoreError as error:
        logging.getLogger("signoff.launcher").error("%s", error)
        print(f"error: {error}", file=sys.stderr, flush=True)
        emulator.module("core.lambda_runtime").reset()
        os._exit(1)


async def _until_quiet(stop: asyncio.Event) -> None:
    """Return, and so stop serving, some time after `stop`: when the functions in work are done.

    Functions call back, so those that still run when the port closes fail for nothing.
    """
    await stop.wait()
    service = emulator.module("services.lambda_svc")
    service._iter_all_esms = lambda: iter(())  # no queue and no stream calls a function any more
    states_run.cancel_all()
    deadline = time.monotonic() + DRAIN_SECONDS
    while service.executions_in_flight()[0] and time.monotonic() < deadline:
        await asyncio.sleep(0.02)


async def _deliver_when_up(port: int) -> None:
    """Let queues and streams call functions once those can call back."""
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.01)
            continue
        writer.close()
        break
    service = emulator.module("services.lambda_svc")
    if service._esms.has_any():
        service._ensure_poller()


def _log_to_files(stack: home.Home) -> None:
    """The emulator and the functions each into a file that is turned over when it is full."""

    def file(path: Path, form: str) -> logging.Handler:
        handler = logging.handlers.RotatingFileHandler(path, "a", LOG_BYTES, LOG_FILES, "utf-8")
        handler.setFormatter(logging.Formatter(form))
        return handler

    form = "%(asctime)s %(levelname)s [%(name)s] %(message)s"
    root = logging.getLogger()
    root.addHandler(file(stack.emulator_log, form))
    root.setLevel(os.environ["LOG_LEVEL"])
    logging.getLogger("signoff").setLevel(logging.INFO)
    functions = logging.getLogger("signoff.functions")
    functions.addHandler(file(stack.functions_log, "%(asctime)s %(message)s"))
    functions.setLevel(logging.INFO)
    functions.propagate = False


if __name__ == "__main__":
    code = main()
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    # The state is saved, and some of the emulator's threads would keep the process for hours: those
    # of its own Map wait for their items.
    os._exit(code)
