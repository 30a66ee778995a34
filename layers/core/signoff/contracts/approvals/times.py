"""Times as the Approvals API writes them: UTC, to the second."""


def moment(timestamp: str) -> str:
    """``2026-05-14T14:32:11Z`` for the engine's ``2026-05-14T14:32:11.412Z``."""
    return f"{timestamp[:19]}Z"


def moment_or_none(timestamp: str | None) -> str | None:
    """The same; None stays None."""
    return None if timestamp is None else moment(timestamp)
