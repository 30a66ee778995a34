"""Effects as JSONata: each one is an expression from a scope to the scope after it.

The scope is what travels from state to state (`docs/compiler.md` lists its fields).
"""

from __future__ import annotations

from pydantic import JsonValue

from .ir import Chosen, Done, Effect, Export, Failed, Gathered, Joined, Place, Resumed, Set
from .jsonata import code, field, merged, quoted
from .render import evaluated

__all__ = ["INPUT", "applied", "iteration", "path", "path_argument"]

# Where a state finds its scope, as a rule.
INPUT = "$states.input"

# A function's cause is JSON with its message, and with a traceback that is nobody's business.
# Timeouts and the like are told in the same form; what Step Functions says itself is plain text.
_CAUSE = (
    "( $c := $states.errorOutput.Cause; "
    '$m := $contains($c, /^[{]"error(Message|Type)".*[}]$/) ? $parse($c).errorMessage : $c; '
    "$exists($m) ? $m : null )"
)


def applied(effects: tuple[Effect, ...], scope: str) -> str:
    """Return the scope after the effects, given where the scope before them is."""
    if not effects:
        return scope
    if len(effects) == 1:
        return _after(effects[0], scope)
    *earlier, last = effects
    steps = "".join(f"$s := {_after(effect, '$s')}; " for effect in earlier)
    return f"( $s := {scope}; {steps}{_after(last, '$s')} )"


def path(place: Place, scope: str) -> str:
    """Return the JSONata of a step's path, `legal/check#1` for example.

    It is the run's name for this passing of the step: recorded results, tasks and children hang
    on it, so it must come out the same whenever the same passing is evaluated again.
    """
    parts = [f"{scope}.at"] if place.nested else []
    if place.loops:
        parts += [quoted(f"{place.branch}{place.step}#"), f"$string({iteration(place, scope)})"]
    else:
        parts.append(quoted(f"{place.branch}{place.step}#1"))
    return " & ".join(parts)


def path_argument(place: Place) -> JsonValue:
    """Return a step's path as a field of a state."""
    if place.nested or place.loops:
        return code(path(place, INPUT))
    return f"{place.step}#1"


def iteration(place: Place, scope: str) -> str:
    """Return the JSONata of how often a step was entered, this time included."""
    return f"$sum([{scope}.visits.{field(place.step)}, 1])" if place.loops else "1"


def _after(effect: Effect, scope: str) -> str:
    match effect:
        case Done():
            return _done(effect, scope)
        case Set():
            return _set(effect, scope)
        case Chosen():
            entry = _entry(effect.place, scope, f'"result": {quoted(effect.target)}')
            return _with(scope, *_visited(effect.place, scope), ("passed", _passing(scope, entry)))
        case Failed():
            return _failed(effect, scope)
        case Joined():
            return _joined(effect, scope)
        case Gathered():
            gathered = f"{{{quoted(effect.variable)}: [$states.result.vars]}}"
            return _with(
                scope,
                ("vars", merged(f"{scope}.vars", gathered)),
                ("passed", "[$states.result.passed]"),
            )
        case Resumed():
            return f'$sift({scope}, function($v, $k) {{ $k != "resumeAt" }})'
        case Export():
            names = ", ".join(f"{quoted(n)}: {scope}.vars.{field(n)}" for n in effect.names)
            return f'{{"vars": {{{names}}}, "passed": {scope}.passed}}'


def _done(effect: Done, scope: str) -> str:
    fields: list[tuple[str, str]] = []
    if effect.variable is not None:
        result = f"{{{quoted(effect.variable)}: {effect.value}}}"
        fields.append(("vars", merged(f"{scope}.vars", result)))
    fields += _visited(effect.place, scope)
    fields += [("passed", "[]"), ("last", path(effect.place, scope))]
    return _with(scope, *fields)


def _set(effect: Set, scope: str) -> str:
    values = evaluated(dict(effect.values), scope)
    after = _with(
        scope,
        ("vars", merged(f"{scope}.vars", "$set")),
        *_visited(effect.place, scope),
        ("passed", _passing(scope, _entry(effect.place, scope, '"result": $set'))),
    )
    return f"( $set := {values}; {after} )"


def _failed(effect: Failed, scope: str) -> str:
    place = effect.place
    error = (
        f'{{"error": $states.errorOutput.Error, "cause": {_CAUSE}, "step": {quoted(place.step)}}}'
    )
    # A container counted its visit when it was entered, and is the last durable step itself.
    at = f"{scope}.last" if effect.counted else path(place, scope)
    visited = [] if effect.counted else _visited(place, scope)
    entry = f'{{"step": {at}, "at": $now(), "error": $error}}'
    passed, last = f"{scope}.passed", []
    if place.kind == "workflow":
        # When a child failed, the step that started it was recorded, with all that came before.
        begun = '$error.error = "ChildFailed"'
        passed = f"({begun} ? [] : {scope}.passed)"
        last = [("last", f"({begun} ? {at} : {scope}.last)")]
    after = _with(
        scope,
        ("vars", merged(f"{scope}.vars", '{"error": $error}')),
        *visited,
        ("passed", f"$append({passed}, [{entry}])"),
        *last,
    )
    return f"( $error := {error}; {after} )"


def _joined(effect: Joined, scope: str) -> str:
    branches = [f"$states.result[{number}].vars" for number in range(len(effect.branches))]
    result = ", ".join(
        f"{quoted(branch)}: {found}"
        for branch, found in zip(effect.branches, branches, strict=True)
    )
    variables = merged(f"{scope}.vars", *branches, f"{{{quoted(effect.variable)}: {{{result}}}}}")
    return _with(scope, ("vars", variables), ("passed", "[$states.result.passed]"))


def _with(scope: str, *fields: tuple[str, str]) -> str:
    return merged(scope, f"{{{', '.join(f'{quoted(k)}: {v}' for k, v in fields)}}}")


def _visited(place: Place, scope: str) -> list[tuple[str, str]]:
    if not place.loops:
        return []
    count = f"{{{quoted(place.step)}: {iteration(place, scope)}}}"
    return [("visits", merged(f"{scope}.visits", count))]


def _entry(place: Place, scope: str, result: str) -> str:
    return f'{{"step": {path(place, scope)}, "at": $now(), {result}}}'


def _passing(scope: str, entry: str) -> str:
    return f"$append({scope}.passed, [{entry}])"
