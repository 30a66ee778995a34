"""Where a newcomer finds their way: packages in CONTRIBUTING, modules in a large package."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "layers" / "core" / "signoff"
LARGE = [
    *(
        PACKAGE / name
        for name in ("cli", "entrypoints", "notifications", "runs", "tasks", "webhooks")
    ),
    ROOT / "local" / "signoff_local",
]

_NAMED = re.compile(r"``(\w+)``")


def packages() -> list[str]:
    """Every package, from the edges down, as the direction of imports has them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    (layers,) = [each["layers"] for each in contracts if each["type"] == "layers"]
    names = [name for layer in layers for name in layer.split(" : ")]
    return [name for name in names if (PACKAGE / name).is_dir()]


def test_contributing_names_every_package_from_the_edges_down() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    _, _, table = page.partition("## The package, from the edges down")
    table, _, _ = table.partition("\n## ")
    rows = [row.partition("|")[0] for row in re.findall(r"^\| (`.*)$", table, re.MULTILINE)]
    assert [name for row in rows for name in re.findall(r"`(\w+)`", row)] == packages()


@pytest.mark.parametrize("folder", LARGE, ids=lambda folder: folder.name)
def test_a_large_package_has_a_map_with_every_module_once(folder: Path) -> None:
    text = ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))) or ""
    _, _, table = text.partition("\n===")
    modules = [path.stem for path in folder.glob("*.py") if not path.stem.startswith("__")]
    packages = [path.parent.name for path in folder.glob("*/__init__.py")]
    assert sorted(_NAMED.findall(table)) == sorted(modules + packages)
