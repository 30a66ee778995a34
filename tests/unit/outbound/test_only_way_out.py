"""Nothing but the guarded client opens connections to addresses that users name (ADR 17)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import sam

CORE = sam.ROOT / "layers" / "core" / "signoff"

# What opens connections, or does so for whoever asks.
NETWORK = {"socket", "ssl", "urllib3", "urllib.request", "http.client", "requests", "httpx"}
NETWORK |= {"aiohttp", "asyncio", "ftplib", "smtplib", "telnetlib", "poplib", "imaplib", "h11"}
NETWORK |= {"botocore", "boto3", "socketserver", "http.server", "xmlrpc.client", "subprocess"}

ALLOWED = {
    "outbound/channel.py": {"socket", "ssl"},
    "outbound/exchange.py": {"h11"},  # which opens nothing itself
    "outbound/names.py": {"socket"},
    "storage/clients.py": {"botocore"},
    # Our own user pool, whose address the template gives.
    "identity/jwks.py": {"urllib3"},
    "identity/oauth.py": {"urllib3"},
}


def imported(path: Path) -> Iterator[str]:
    """The network's modules that a module imports, at its top or inside a function."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        named: list[str] = []
        if isinstance(node, ast.Import):
            named = [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            named = [node.module, *(f"{node.module}.{each.name}" for each in node.names)]
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "__import__":
            named = ["subprocess"]
        for name in named:
            parts = name.split(".")
            for end in range(1, len(parts) + 1):
                if ".".join(parts[:end]) in NETWORK:
                    yield ".".join(parts[:end])


def modules() -> list[Path]:
    """What runs in Lambda. The command line runs at its user's."""
    core = [path for path in CORE.rglob("*.py") if path.relative_to(CORE).parts[0] != "cli"]
    return core + list((sam.ROOT / "functions").rglob("*.py"))


def name_of(path: Path) -> str:
    """The module's path in the package, or in the repository."""
    return path.relative_to(CORE if path.is_relative_to(CORE) else sam.ROOT).as_posix()


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_no_other_module_opens_connections(path: Path) -> None:
    # botocore's exceptions and types open nothing.
    used = {name for name in imported(path) if name != "botocore" or not only_exceptions(path)}
    assert used <= ALLOWED.get(name_of(path), set())


def only_exceptions(path: Path) -> bool:
    """Whether all that a module takes from botocore are its exceptions."""
    taken = [
        node.module if isinstance(node, ast.ImportFrom) else each.name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for each in node.names
    ]
    ours = [each for each in taken if each and each.split(".")[0] == "botocore"]
    return all(each == "botocore.exceptions" for each in ours)


def test_what_is_allowed_is_used() -> None:
    assert {name: set(imported(CORE / name)) for name in ALLOWED} == ALLOWED
