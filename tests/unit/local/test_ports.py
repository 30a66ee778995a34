"""process.py: which ports a stack takes."""

from __future__ import annotations

import socket

import pytest

from signoff_local import process


def test_a_free_port_is_none_that_somebody_may_be_given() -> None:
    for _ in range(5):
        port = process.free_port(None)
        assert port in process.STEADY_PORTS
        assert process.is_free(port)


def test_where_all_of_those_are_taken_the_system_gives_one(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        monkeypatch.setattr(process, "STEADY_PORTS", range(taken, taken + 1))
        monkeypatch.setattr(process, "TRIED_PORTS", 1)
        assert process.free_port(taken) != taken
        assert process.free_port(None) != taken
