"""Time as the engine writes it: RFC 3339, UTC, milliseconds, so that text sorts as time does."""

from datetime import UTC, datetime, timedelta


def now() -> datetime:
    """The present moment, UTC."""
    return datetime.now(UTC)


def timestamp(moment: datetime | None = None) -> str:
    """``2026-11-21T09:15:22.041Z`` for ``moment`` (default: now)."""
    value = (moment or now()).astimezone(UTC)
    return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def later(moment: str, seconds: float) -> str:
    """The timestamp ``seconds`` behind the timestamp ``moment``."""
    return timestamp(datetime.fromisoformat(moment) + timedelta(seconds=seconds))


def after(seconds: float) -> str:
    """The timestamp ``seconds`` from now."""
    return timestamp(now() + timedelta(seconds=seconds))


def seconds_since(moment: str) -> float:
    """How long ago the timestamp ``moment`` was; below 0 for one to come."""
    return (now() - datetime.fromisoformat(moment)).total_seconds()
