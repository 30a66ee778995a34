"""What every test of the factories uses."""

import pytest

from tests.unit.entrypoints.face_under_test import scopes

__all__ = ["scopes"]


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POWERTOOLS_METRICS_DISABLED", "true")
