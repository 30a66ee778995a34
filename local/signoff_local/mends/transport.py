"""A call to the emulator counts as one by TLS where a policy asks.

AWS: every endpoint speaks TLS, and a bucket's policy refuses those who do not use it
(`aws:SecureTransport`).

Emulator: it serves plain HTTP on the loopback, judges such a policy by that, and so refuses
everybody. The policy is for the wires between a client and AWS, of which there are none here.

To see it: tests/local/test_transport.py. To delete when: functions speak TLS with ministack.
"""

from __future__ import annotations

from signoff_local import emulator

RELIES_ON = {"core.iam_evaluator:pin_request_origin": "de819c1bd9ac"}


def apply() -> None:
    """Let every request have come by TLS."""
    app, judge = emulator.module("app"), emulator.module("core.iam_evaluator")

    def pin(source_ip: str, secure_transport: bool) -> None:  # noqa: ARG001 - theirs is replaced
        judge._request_origin.set((source_ip, True))

    app.pin_request_origin = pin
