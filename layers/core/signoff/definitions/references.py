"""What a definition refers to in its tenant: the definitions of its sub-workflows."""

from collections.abc import Iterator

from signoff.definition.loader import Loaded
from signoff.definition.model import Definition
from signoff.definition.paths import Path
from signoff.definition.steps import WorkflowStep
from signoff.definition.walk import walk
from signoff.definitions.head import DefinitionHead, head_key
from signoff.definitions.problems import PublishProblem
from signoff.storage.store import state


def reference_problems(
    tenant: str, loaded: Loaded, definition: Definition
) -> Iterator[PublishProblem]:
    """A problem for each sub-workflow that the tenant does not have in that version."""
    calls = [
        (step.config.definition, step.config.version, path)
        for step, path, _ in walk(definition.steps)
        if isinstance(step, WorkflowStep)
    ]
    newest = _newest_versions(tenant, {key for key, _, _ in calls})
    for key, version, path in calls:
        yield from _call_problems(loaded, path, newest.get(key), key, version)


def _call_problems(
    loaded: Loaded, path: Path, newest: int | None, key: str, version: int | None
) -> Iterator[PublishProblem]:
    if newest is None:
        yield PublishProblem.at(
            loaded,
            (*path, "config", "definition"),
            "unknown-definition",
            f"There is no published definition with the key {key}.",
            "Publish it first, or correct the key.",
        )
    elif version is not None and version > newest:
        yield PublishProblem.at(
            loaded,
            (*path, "config", "version"),
            "unknown-version",
            f"{key} has no version {version}; its newest is {newest}.",
            "Name a version that exists, or none for the newest at the time.",
        )


def _newest_versions(tenant: str, keys: set[str]) -> dict[str, int]:
    wanted = [head_key(tenant, key) for key in sorted(keys)]
    heads = map(DefinitionHead.from_item, state().get_many(wanted).values())
    return {head.key: head.version for head in heads}
