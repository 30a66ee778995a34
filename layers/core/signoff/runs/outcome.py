"""What a run's outcome means."""

from signoff.runs.model import Run

_REFUSALS = frozenset({"refused", "declined", "denied"})


def is_rejection(run: Run) -> bool:
    """Whether the run is COMPLETED with an outcome that means no.

    Those that begin with "reject", and "declined", "denied" and "refused"; letter case and
    everything but letters do not count.
    """
    if run.status != "COMPLETED" or run.outcome is None:
        return False
    word = "".join(letter for letter in run.outcome.casefold() if letter.isalpha())
    return word.startswith("reject") or word in _REFUSALS
