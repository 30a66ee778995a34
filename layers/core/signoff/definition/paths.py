"""Paths into a definition: the keys and indexes that lead from its root to a value."""

from __future__ import annotations

__all__ = ["Path", "path_text"]

# As in the file: ("steps", 2, "config", "branches", 0, "steps", 1).
Path = tuple[str | int, ...]


def path_text(path: Path) -> str:
    """Return a path as people write it: `steps[2].config.outcomes.APPROVE`."""
    parts: list[str] = []
    for part in path:
        if isinstance(part, int):
            parts.append(f"[{part}]")
        else:
            parts.append(f".{part}" if parts else part)
    return "".join(parts)
