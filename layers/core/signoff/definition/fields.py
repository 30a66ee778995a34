"""Which fields a place of a definition has, for hints."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any, get_args

from .base import Model
from .configs import EmailConfig, SlackConfig, WebhookConfig
from .model import Definition
from .paths import Path
from .steps import Step

__all__ = ["INTEGRATION_KINDS", "close_match", "fields_at"]

INTEGRATION_KINDS = tuple(
    get_args(config.__annotations__["kind"])[0]
    for config in (SlackConfig, WebhookConfig, EmailConfig)
)


def close_match(word: str, words: Iterable[str]) -> str | None:
    """Return the one of `words` that `word` is probably a slip of, else None."""
    by_lower = {each.lower(): each for each in words}
    near = get_close_matches(word.lower(), by_lower, n=1, cutoff=0.7)
    return by_lower[near[0]] if near else None


def fields_at(path: Path, value: Any) -> tuple[str, ...]:
    """Return the names of the fields of the mapping at `path`, in the order of the model."""
    model: type[Model] | None = Definition
    entries = False
    for part in path:
        value = _into(value, part)
        if model is None:
            return ()
        if entries:
            entries = False
            if model is Model:
                model = _step_model(value)
            continue
        annotation = next(
            (f.annotation for f in model.model_fields.values() if f.alias == part), None
        )
        if part == "steps":
            # A list of steps: which model an entry has depends on its type.
            model, entries = Model, True
            continue
        model = _chosen(_models(annotation), value)
        entries = isinstance(value, list) or part == "outcomes"
    return tuple(str(f.alias) for f in model.model_fields.values()) if model else ()


def _into(value: Any, part: str | int) -> Any:
    try:
        return value[part]
    except (KeyError, IndexError, TypeError):
        return None


def _chosen(models: list[type[Model]], value: Any) -> type[Model] | None:
    """Return the model of a value: the first, or of an integration's the one of its kind."""
    kind = value.get("kind") if isinstance(value, dict) else None
    return next((m for m in models if _kind_of(m) == kind), models[0] if models else None)


def _kind_of(model: type[Model]) -> str | None:
    field = model.model_fields.get("kind")
    return get_args(field.annotation)[0] if field else None


def _step_model(step: Any) -> type[Model] | None:
    kind = step.get("type") if isinstance(step, dict) else None
    for model in _models(Step):
        if get_args(model.model_fields["type"].annotation) == (kind,):
            return model
    return None


def _models(annotation: Any) -> list[type[Model]]:
    """Return the models that an annotation mentions, in order."""
    if isinstance(annotation, type) and issubclass(annotation, Model):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models(part)]
