"""A run: its item, its keys, and what its item says."""

from dataclasses import dataclass, field
from typing import Any, Literal

from signoff.clock import after
from signoff.runs.ids import run_partition
from signoff.storage.store import NUDGE_SHARDS
from signoff.storage.table import Key
from signoff.storage.values import Item, from_json, to_json

RunStatus = Literal["RUNNING", "COMPLETED", "FAILED", "CANCELLED"]
STATUSES: tuple[RunStatus, ...] = ("RUNNING", "COMPLETED", "FAILED", "CANCELLED")

Nudge = Literal["start", "stop", "check"]
# A fresh nudge is the command's own to make; the sweep takes those that are this old.
NUDGE_GRACE_SECONDS = 10
# A run that waits for people is looked after this long after its last change (the sweep then
# asks Step Functions whether its execution still lives, for the case that an event was lost).
FIRST_CHECK_SECONDS = 900

RUN_SORT_KEY = "RUN"


@dataclass(frozen=True)
class DocumentVersion:
    """Which version of its document a run is about; ``sha256`` as far as it was known then.

    A version's content never changes, so the number says what was approved.
    """

    number: int
    sha256: str | None


@dataclass
class OpenStep:
    """A step that is open now. ``order`` is its place in the definition, nested steps included."""

    step_id: str
    path: str
    type: str
    order: int

    @property
    def contains_steps(self) -> bool:
        """Whether the step only holds others (it is not where the run stands)."""
        return self.type in ("parallel", "map")


@dataclass
class Run:
    """One run of a definition.

    ``sequence`` is the number of its last history entry and the item's version. ``stalled`` counts
    attempts since the last durable step, ``retried`` is the attempt that the last retry began.
    ``resume_arn`` is the resume machine that the present attempt runs on, None on the normal one.
    ``nudged`` are closed steps (path by code) whose branch has not been seen to go on. ``parent``
    is ``{"runId", "code"}`` for a sub-workflow. ``generation`` counts how often the run was sent to
    a step from outside (moved, restarted, reversed), from 1; ``left`` and ``left_executions`` are
    the steps and executions that it was sent away from and that have yet to be taken back.
    ``previous_run_id`` is the rejected run that this one takes up again, ``next_run_id`` the one
    that took up this. ``urgency`` is what the starter called it. ``command`` is the id of the last
    retry, or of the command that cancelled the run. ``document_version`` is what stood when the run
    was started, None where ``document_ref`` is a word of the starter's own.
    """

    tenant: str
    run_id: str
    definition_id: str
    definition_key: str
    definition_version: int
    machine_arn: str
    initiator: str
    started_at: str
    updated_at: str
    current_state: str
    status: RunStatus = "RUNNING"
    sequence: int = 0
    attempt: int = 1
    stalled: int = 0
    retried: int = 0
    depth: int = 0
    resume_arn: str | None = None
    document_ref: str | None = None
    document_version: DocumentVersion | None = None
    urgency: str | None = None
    previous_run_id: str | None = None
    next_run_id: str | None = None
    generation: int = 1
    outcome: str | None = None
    result: Any = None
    error: dict[str, Any] | None = None
    ended_at: str | None = None
    parent: dict[str, str] | None = None
    command: str | None = None
    open_steps: dict[str, OpenStep] = field(default_factory=dict)
    nudged: dict[str, str] = field(default_factory=dict)
    left: dict[str, OpenStep] = field(default_factory=dict)
    left_executions: list[str] = field(default_factory=list)
    nudge: Nudge | None = None
    nudge_at: str | None = None

    @property
    def partition(self) -> str:
        """The partition that holds the run, its steps and its tasks."""
        return run_partition(self.tenant, self.run_id)

    @property
    def key(self) -> Key:
        """Where the run's own item is."""
        return self.partition, RUN_SORT_KEY

    def ask_nudge(self, nudge: Nudge, seconds: float = NUDGE_GRACE_SECONDS) -> None:
        """Mark that Step Functions is to be told; the sweep does it if nobody has by then."""
        self.nudge, self.nudge_at = nudge, after(seconds)

    def moved(self) -> None:
        """A durable step was written: no start is owed any more, and attempts count anew.

        An execution begins after those that the run was sent away from were stopped.
        """
        self.stalled = 0
        self.left_executions = []
        self.ask_nudge("check", FIRST_CHECK_SECONDS)

    def leave(self, code: str) -> None:
        """The step with ``code`` is open no longer; the run stands where it still does."""
        self.open_steps = {each: step for each, step in self.open_steps.items() if each != code}
        self.stand()

    def stands_in(self, container: str) -> bool:
        """Whether anything is open in the parallel step or map whose paths begin so."""
        return any(
            place.path.startswith(container) and not place.contains_steps
            for place in self.open_steps.values()
        )

    def stand(self) -> None:
        """Set ``current_state`` to the first open step in definition order, if any is open."""
        places = [step for step in self.open_steps.values() if not step.contains_steps]
        places = places or list(self.open_steps.values())
        if places:
            self.current_state = min(places, key=lambda step: (step.order, step.path)).step_id

    def to_item(self) -> Item:
        """The item of the state table, with the keys of the lists it appears in."""
        partition, sort = self.key
        pinned = self.document_version
        item: Item = {
            "PK": partition,
            "SK": sort,
            "version": self.sequence,
            "tenant": self.tenant,
            "runId": self.run_id,
            "definitionId": self.definition_id,
            "definitionKey": self.definition_key,
            "definitionVersion": self.definition_version,
            "machineArn": self.machine_arn,
            "initiator": self.initiator,
            "startedAt": self.started_at,
            "updatedAt": self.updated_at,
            "currentState": self.current_state,
            "status": self.status,
            "attempt": self.attempt,
            "stalled": self.stalled,
            "retried": self.retried,
            "depth": self.depth,
            "resumeArn": self.resume_arn,
            "documentRef": self.document_ref,
            "documentVersion": [pinned.number, pinned.sha256] if pinned else None,
            "urgency": self.urgency,
            "previousRunId": self.previous_run_id,
            "nextRunId": self.next_run_id,
            "generation": self.generation if self.generation > 1 else None,
            "outcome": self.outcome,
            "result": to_json(self.result) if self.result is not None else None,
            "error": to_json(self.error) if self.error is not None else None,
            "endedAt": self.ended_at,
            "parent": self.parent,
            "command": self.command,
            "openSteps": places_item(self.open_steps),
            "nudged": self.nudged,
            "leftSteps": places_item(self.left) if self.left else None,
            "leftExecutions": self.left_executions or None,
            "byTenant": tenant_partition(self.tenant, self.status),
            "byTenantAt": f"{self.started_at}#{self.run_id}",
            "byDefinition": definition_partition(self.tenant, self.definition_id, self.status),
        }
        if self.parent is None:  # a sub-workflow was submitted by nobody
            item["bySubmitter"] = submitter_partition(self.tenant, self.initiator)
            item["bySubmitterAt"] = f"{self.updated_at}#{self.run_id}"
        if self.nudge and self.nudge_at:
            item |= {"nudge": self.nudge} | nudge_keys(self.run_id, self.nudge_at)
        return item

    @classmethod
    def from_item(cls, item: Item) -> "Run":
        """The run that ``to_item`` wrote."""
        pinned = item.get("documentVersion")
        return cls(
            tenant=item["tenant"],
            run_id=item["runId"],
            definition_id=item["definitionId"],
            definition_key=item["definitionKey"],
            definition_version=item["definitionVersion"],
            machine_arn=item["machineArn"],
            initiator=item["initiator"],
            started_at=item["startedAt"],
            updated_at=item["updatedAt"],
            current_state=item["currentState"],
            status=item["status"],
            sequence=item["version"],
            attempt=item["attempt"],
            stalled=item["stalled"],
            retried=item["retried"],
            depth=item["depth"],
            resume_arn=item.get("resumeArn"),
            document_ref=item.get("documentRef"),
            document_version=DocumentVersion(*pinned) if pinned else None,
            urgency=item.get("urgency"),
            previous_run_id=item.get("previousRunId"),
            next_run_id=item.get("nextRunId"),
            generation=item.get("generation", 1),
            outcome=item.get("outcome"),
            result=from_json(item["result"]) if "result" in item else None,
            error=from_json(item["error"]) if "error" in item else None,
            ended_at=item.get("endedAt"),
            parent=item.get("parent"),
            command=item.get("command"),
            open_steps={code: OpenStep(*step) for code, step in item["openSteps"].items()},
            nudged=item["nudged"],
            left={code: OpenStep(*step) for code, step in item.get("leftSteps", {}).items()},
            left_executions=item.get("leftExecutions", []),
            nudge=item.get("nudge"),
            nudge_at=item.get("nudgeAt"),
        )


def places_item(places: dict[str, OpenStep]) -> Item:
    """Open steps as an attribute of the run's item."""
    return {
        code: [place.step_id, place.path, place.type, place.order] for code, place in places.items()
    }


def submitter_partition(tenant: str, actor_id: str) -> str:
    """Index partition of the runs that ``actor_id`` started."""
    return f"T#{tenant}#S#{actor_id}"


def tenant_partition(tenant: str, status: str) -> str:
    """Index partition of a tenant's runs with ``status``."""
    return f"T#{tenant}#RUNS#{status}"


def definition_partition(tenant: str, definition_id: str, status: str) -> str:
    """Index partition of the runs of a definition with ``status``."""
    return f"T#{tenant}#RUNSOF#{definition_id}#{status}"


def nudge_keys(run_id: str, at: str) -> Item:
    """Index keys of an item that waits for a nudge, due ``at``; spread over a few partitions."""
    return {"nudgeShard": f"N#{int(run_id[:8], 16) % NUDGE_SHARDS}", "nudgeAt": at}
