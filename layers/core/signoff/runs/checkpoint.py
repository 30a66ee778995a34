"""The checkpoint: where a new attempt of a run begins, and with which scope.

Written with the start and with every durable top-level step (design rule 5). An item of its own,
so that a claim or a decision does not pay for the size of a run's variables.
"""

from dataclasses import dataclass
from typing import Any

from signoff.runs.model import Run
from signoff.storage.store import state
from signoff.storage.table import Key
from signoff.storage.transaction import Contended
from signoff.storage.values import Item, from_json, to_json


@dataclass(frozen=True)
class Checkpoint:
    """``resume_at`` is the top-level step to begin at, None for the beginning.

    ``scope`` is the input of the state machine there (docs/adr/0002-scope-as-state-input.md).
    """

    resume_at: str | None
    scope: dict[str, Any]

    def to_item(self, run: Run) -> Item:
        """The item of the state table."""
        partition, sort = checkpoint_key(run)
        return {
            "PK": partition,
            "SK": sort,
            "resumeAt": self.resume_at,
            "scope": to_json(self.scope),
        }


def checkpoint_key(run: Run) -> Key:
    """Where the run's checkpoint is."""
    return run.partition, "CHECKPOINT"


def read_checkpoint(run: Run) -> Checkpoint:
    """The checkpoint of a run that has not ended.

    A cancellation takes it away, so where there is none the run is no longer what was read:
    raises Contended, to read it again.
    """
    checkpoint = find_checkpoint(run)
    if checkpoint is None:
        raise Contended("the run was cancelled meanwhile")
    return checkpoint


def find_checkpoint(run: Run) -> Checkpoint | None:
    """The checkpoint of a run; None for one that was cancelled."""
    item = state().get(checkpoint_key(run))
    return Checkpoint(item.get("resumeAt"), from_json(item["scope"])) if item else None
