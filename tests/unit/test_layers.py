"""What the layers leave out is what nothing in them needs."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.support import sam

DEPENDENCIES = sam.ROOT / "layers" / "dependencies"
# X-Ray's SDK makes this client itself when it reads sampling rules.
USED_BY_PACKAGES = {"xray"}
MAKES_A_CLIENT = {"client", "create_client"}


def kept_services() -> set[str]:
    """The services whose descriptions stay in the layer."""
    makefile = (DEPENDENCIES / "Makefile").read_text(encoding="utf-8").splitlines()
    (line,) = [each for each in makefile if each.startswith("services = ")]
    return set(line.removeprefix("services = ").split())


def called_services() -> Iterator[str]:
    """Every service that code running in Lambda makes a client of by name."""
    core = sam.ROOT / "layers" / "core" / "signoff"
    files = [path for path in core.rglob("*.py") if "cli" not in path.relative_to(core).parts]
    files += (sam.ROOT / "functions").rglob("*.py")
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            first = node.args[0]
            if name in MAKES_A_CLIENT and isinstance(first, ast.Constant):
                yield str(first.value)


def pins(text: str) -> dict[str, str]:
    """name → version of a pinned requirement file."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return dict(line.split("==") for line in lines)


def test_botocore_keeps_exactly_the_services_that_are_called() -> None:
    assert kept_services() == set(called_services()) | USED_BY_PACKAGES


def test_lambda_runs_the_versions_that_the_tests_ran_on() -> None:
    deployed = pins((DEPENDENCIES / "requirements.txt").read_text(encoding="utf-8"))
    for other in ("dev.txt", "local.txt"):
        tested = pins((sam.ROOT / "requirements" / other).read_text(encoding="utf-8"))
        assert deployed.items() <= tested.items()
