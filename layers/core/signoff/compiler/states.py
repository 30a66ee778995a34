"""The states of each step type, before outcomes are routed and transforms fused."""

from __future__ import annotations

from typing import Protocol

from ..definition.steps import (
    ApprovalStep,
    ConditionStep,
    EndStep,
    IntegrationStep,
    MapStep,
    NotifyStep,
    ParallelStep,
    Step,
    TaskStep,
    TransformStep,
    WaitStep,
    WorkflowStep,
)
from ..definition.walk import Exit, output_variable
from . import specs
from .ir import (
    Ask,
    Attempt,
    Call,
    Choice,
    Chosen,
    Compute,
    Done,
    Each,
    Edge,
    EndCase,
    Finish,
    Fork,
    Gathered,
    Hold,
    Joined,
    Node,
    Place,
    Region,
    Route,
    Rule,
    Set,
)
from .values import Code, Value, read

__all__ = ["Site", "nodes_of"]


class Site(Protocol):
    """A step and its surroundings; see `lower`."""

    place: Place

    @property
    def step(self) -> Step: ...
    @property
    def name(self) -> str: ...
    @property
    def entry(self) -> str: ...
    def exits(self) -> tuple[tuple[Exit, str], ...]: ...
    def onward(self) -> str: ...
    def failure(self, counted: bool = False) -> Edge | None: ...
    def fresh(self, suffix: str) -> str: ...
    def regions(self) -> tuple[Region, ...]: ...
    def result(self, own: str | None) -> Value: ...


def nodes_of(site: Site) -> tuple[Node, ...]:
    """Return the nodes of a step, the one it begins with first."""
    step = site.step
    match step:
        case ApprovalStep() | TaskStep():
            return (_human(site, step),)
        case TransformStep():
            return (_transform(site, step),)
        case ConditionStep():
            return _condition(site, step)
        case NotifyStep():
            edge = Edge(site.onward(), (Done(site.place),))
            return (_call(site, "Notify", specs.notify(step), edge),)
        case IntegrationStep():
            done = Done(site.place, output_variable(step), "$states.result.Payload.result")
            edge = Edge(site.onward(), (done,))
            return (_call(site, "CallIntegration", specs.integration(step), edge),)
        case WorkflowStep():
            done = Done(site.place, output_variable(step), "$states.result.result")
            edge = Edge(site.onward(), (done,))
            return (_call(site, "StartChild", specs.workflow(step), edge, token=True),)
        case WaitStep():
            return _wait(site, step)
        case ParallelStep():
            return _parallel(site, step)
        case MapStep():
            return _map(site, step)
        case EndStep():
            result = site.result(step.config.result)
            case = EndCase(step.id, site.place.title, step.config.outcome, result, site.place.order)
            return (Finish(site.name, (case,)),)
        case _:
            raise ValueError(f"a step of type {step.type!r} cannot run yet")


def _human(site: Site, step: ApprovalStep | TaskStep) -> Ask:
    routes: list[Route] = []
    otherwise: Route | None = None
    for way, node in site.exits():
        if way.kind == "otherwise":
            otherwise = Route(None, node, "optional", None)
            continue
        outcome = step.config.outcomes[way.label]
        routes.append(Route(way.label, node, outcome.comment, outcome.label))
    variable = output_variable(step) or step.id
    spec = specs.human(step.config)
    return Ask(site.name, site.place, variable, spec, tuple(routes), otherwise)


def _transform(site: Site, step: TransformStep) -> Node:
    config = step.config
    if config.set is not None:
        values = tuple((name, read(value)) for name, value in config.set.items())
    else:
        values = ((output_variable(step) or step.id, read(config.expression)),)
    effect = Set(site.place, values)
    failure = site.failure()
    if failure is None:
        return Compute(site.name, site.place.title, Edge(site.onward(), (effect,)))
    return Attempt(
        site.name,
        site.fresh("try"),
        site.place.title,
        Edge(site.onward()),
        failure,
        effect=effect,
    )


def _condition(site: Site, step: ConditionStep) -> tuple[Node, ...]:
    ways = [(way, Edge(node, (Chosen(site.place, way.target),))) for way, node in site.exits()]
    tests = [_code(branch.when) for branch in step.config.branches]
    failure = site.failure()
    if failure is None:
        # The last way out, `otherwise`, has no test and is always taken.
        rules = tuple(
            Rule(test, edge) for test, (_, edge) in zip([*tests, None], ways, strict=True)
        )
        return (Choice(site.name, site.place.title, rules),)
    chooser = site.fresh("choose")
    tried = Attempt(
        site.name,
        site.fresh("try"),
        site.place.title,
        Edge(chooser),
        failure,
        conditions=tuple(tests),
    )
    rules = tuple(
        Rule(None if way.kind == "otherwise" else f"$states.input.choice = {number}", edge)
        for number, (way, edge) in enumerate(ways)
    )
    return (tried, Choice(chooser, site.place.title, rules, wrapped=True))


def _code(when: str) -> Code:
    code = read(when)
    if not isinstance(code, Code):
        raise ValueError(f"{when!r} is not an expression")
    return code


def _wait(site: Site, step: WaitStep) -> tuple[Node, ...]:
    edge = Edge(site.name, (Done(site.place),))
    until = (("until", "$states.result.Payload.until"),)
    enter = _call(site, "EnterWait", specs.wait(step), edge, beside=until)
    return (enter, Hold(site.name, site.place, Edge(site.onward())))


def _parallel(site: Site, step: ParallelStep) -> tuple[Node, ...]:
    enter = _call(site, "EnterStep", specs.parallel(step), Edge(site.name, (Done(site.place),)))
    branches = tuple(branch.id for branch in step.config.branches)
    joined = Joined(output_variable(step) or step.id, branches)
    fork = Fork(
        site.name,
        site.place,
        site.regions(),
        Edge(site.onward(), (joined,)),
        site.failure(counted=True),
    )
    return (enter, fork)


def _map(site: Site, step: MapStep) -> tuple[Node, ...]:
    enter = _call(site, "EnterStep", specs.each(step), Edge(site.name, (Done(site.place),)))
    (region,) = site.regions()
    gathered = Gathered(output_variable(step) or step.id)
    each = Each(
        site.name,
        site.place,
        specs.items(step),
        step.config.as_,
        step.config.concurrency,
        region,
        Edge(site.onward(), (gathered,)),
        site.failure(counted=True),
    )
    return (enter, each)


def _call(
    site: Site,
    function: str,
    spec: Value,
    edge: Edge,
    *,
    token: bool = False,
    beside: tuple[tuple[str, str], ...] = (),
) -> Call:
    return Call(
        site.entry,
        site.place,
        function,
        token,
        spec,
        edge,
        specs.tries(site.step),
        site.failure(),
        beside,
    )
