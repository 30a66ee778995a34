"""What a stream has not delivered yet survives a restart.

AWS keeps the records of a table's stream for 24 hours.

Emulator: records are lost when it stops, while the positions of their consumers are kept. After a
restart a consumer waits at a position that the stream reaches again after as many new records as it
ever had: events are lost, then nothing is delivered for a long time.

To see it: tests/local/test_restart.py. To delete when: ministack saves `_stream_records`.
"""

from __future__ import annotations

from typing import Any

from signoff_local import emulator

RELIES_ON = {
    "services.dynamodb:get_state": "ce90690a6033",
    "services.dynamodb:load_persisted_state": "6f58d9dc1e6e",
    "services.dynamodb:_trim_stream_records": "43f62f181df0",
    "services.dynamodb:_emit_stream_event": "8568d0446f26",
    "services.dynamodb:_next_stream_seq": "27792e02008d",
}

KEY = "signoff_streams"


def apply() -> None:
    """Add the streams to what is saved and restored."""
    tables = emulator.module("services.dynamodb")
    save, load = tables.get_state, tables.load_persisted_state

    def get_state() -> dict[str, Any]:
        streams = {
            "records": tables._stream_records,
            "trimmed": tables._stream_trimmed,
            "sequence": tables._stream_seq_counter,
        }
        return {**save(), KEY: streams}

    def load_persisted_state(data: dict[str, Any]) -> None:
        load(data)
        streams = data.get(KEY)
        if streams:
            tables._stream_records.update(streams["records"])
            tables._stream_trimmed.update(streams["trimmed"])
            tables._stream_seq_counter = streams["sequence"]

    tables.get_state = get_state
    tables.load_persisted_state = load_persisted_state
