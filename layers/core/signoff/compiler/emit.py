"""Last pass: the graph becomes Amazon States Language, with JSONata as its query language."""

from __future__ import annotations

from pydantic import JsonValue

from .effects import INPUT, applied, iteration, path_argument
from .ir import (
    JOIN,
    STALE,
    Abort,
    Ask,
    Attempt,
    Call,
    Choice,
    Compute,
    Each,
    Edge,
    Effect,
    EndCase,
    Export,
    Finish,
    Fork,
    Hold,
    Node,
    Place,
    Region,
    Route,
)
from .jsonata import code, quoted
from .render import argument, evaluated, static, tested
from .retries import retries
from .route import outcome_is
from .values import Code, Value

__all__ = ["MACHINE_SCHEMA", "states_of"]

# The shape of step payloads.  A machine made today calls the code of years to come, which tells by
# this number what it is called with; it goes up when an old payload would be misread.
MACHINE_SCHEMA = 1

_State = dict[str, JsonValue]
_INVOKE = "arn:aws:states:::lambda:invoke"
_AWAIT = "arn:aws:states:::lambda:invoke.waitForTaskToken"
_SCOPED = f"{INPUT}.scope"


def states_of(region: Region) -> _State:
    """Return the states of a region, in its order."""
    writer = _Writer(region)
    return {node.name: writer.state(node) for node in region.nodes}


class _Writer:
    """Writes the nodes of one region."""

    def __init__(self, region: Region) -> None:
        self._region = region
        self._abort = next(
            (n.name for n in region.nodes if isinstance(n, Abort) and n.error == STALE), None
        )

    def state(self, node: Node) -> _State:
        """Return a node as a state."""
        match node:
            case Ask():
                return self._ask(node)
            case Call():
                return self._call(node)
            case Hold():
                return {
                    "Type": "Wait",
                    "Comment": node.place.title,
                    "Timestamp": code(f"{INPUT}.until"),
                    **self._onward(node.next, _SCOPED),
                }
            case Choice():
                return self._choice(node)
            case Compute():
                return {"Type": "Pass", "Comment": node.title, **self._onward(node.next, INPUT)}
            case Attempt():
                return self._attempt(node)
            case Finish():
                return _finish(node)
            case Abort():
                return {"Type": "Fail", "Error": node.error, "Cause": node.cause}
            case Fork():
                return self._fork(node)
            case Each():
                return self._each(node)

    def _ask(self, node: Ask) -> _State:
        if node.next is None:
            raise ValueError(f"the outcomes of {node.place.step!r} were never routed")
        spec: dict[str, Value] = {
            **node.spec,
            "outcomes": {str(each.outcome): _told(each) for each in node.routes},
            "otherwise": node.otherwise is not None,
        }
        if node.otherwise is not None:
            spec["otherwiseLeads"] = node.otherwise.leads
        return {
            "Type": "Task",
            "Comment": node.place.title,
            "Resource": _AWAIT,
            "Arguments": _arguments(
                "OpenTasks", _header(node.place), argument(spec, INPUT), token=True
            ),
            "Retry": retries(None),
            **self._onward(node.next, INPUT),
        }

    def _call(self, node: Call) -> _State:
        onward = self._onward(node.next, INPUT)
        if node.beside:
            beside = {name: code(found) for name, found in node.beside}
            onward = {**onward, "Output": {"scope": onward["Output"], **beside}}
        state: _State = {
            "Type": "Task",
            "Comment": node.place.title,
            "Resource": _AWAIT if node.token else _INVOKE,
            "Arguments": _arguments(
                node.function, _header(node.place), argument(node.spec, INPUT), token=node.token
            ),
            "Retry": retries(node.tries, child=node.function == "StartChild"),
        }
        return {**state, **self._catch(node.failure), **onward}

    def _choice(self, node: Choice) -> _State:
        scope = _SCOPED if node.wrapped else INPUT
        choices: list[JsonValue] = []
        for rule in node.rules:
            if rule.when is None:
                condition = "true"
            elif isinstance(rule.when, Code):
                condition = tested(rule.when, scope)
            else:
                condition = rule.when
            choices.append({"Condition": code(condition), **self._onward(rule.edge, scope)})
        return {"Type": "Choice", "Comment": node.title, "Choices": choices}

    def _attempt(self, node: Attempt) -> _State:
        inner: _State = {"Type": "Pass", "Comment": node.title}
        if node.effect is not None:
            inner["Output"] = code(applied((node.effect,), INPUT))
            onward = self._onward(node.next, "$states.result[0]")
        else:
            tests = [f"{tested(test, INPUT)} ? {n} : " for n, test in enumerate(node.conditions)]
            inner["Output"] = code(f"{''.join(tests)}{len(node.conditions)}")
            onward = {
                **self._onward(node.next, INPUT),
                "Output": {"scope": code(INPUT), "choice": code("$states.result[0]")},
            }
        return {
            "Type": "Parallel",
            "Comment": node.title,
            "Branches": [{"StartAt": node.inner, "States": {node.inner: {**inner, "End": True}}}],
            **self._catch(node.failure, calls=False),
            **onward,
        }

    def _fork(self, node: Fork) -> _State:
        entered = f'{{"at": {INPUT}.last & "/", "visits": {{}}, "passed": []}}'
        return {
            "Type": "Parallel",
            "Comment": node.place.title,
            "Arguments": code(f"$merge([{INPUT}, {entered}])"),
            "Branches": [
                {"StartAt": region.start, "States": states_of(region)} for region in node.regions
            ],
            **self._catch(node.failure),
            **self._onward(node.next, INPUT),
        }

    def _each(self, node: Each) -> _State:
        item = "$states.context.Map.Item"
        variables = f'{{{quoted(node.variable)}: {item}.Value, "index": {item}.Index}}'
        return {
            "Type": "Map",
            "Comment": node.place.title,
            "Items": code(evaluated(node.items, INPUT)),
            "MaxConcurrency": node.concurrency,
            "ItemSelector": {
                "run": code(f"{INPUT}.run"),
                "vars": code(f"$merge([{INPUT}.vars, {variables}])"),
                "visits": {},
                "passed": [],
                "last": code(f"{INPUT}.last"),
                "at": code(f'{INPUT}.last & "/" & $string({item}.Index) & "/"'),
            },
            "ItemProcessor": {
                "ProcessorConfig": {"Mode": "INLINE"},
                "StartAt": node.region.start,
                "States": states_of(node.region),
            },
            **self._catch(node.failure),
            **self._onward(node.next, INPUT),
        }

    def _onward(self, edge: Edge, scope: str) -> _State:
        """Return how a state ends: what it hands on, and to whom."""
        effects: tuple[Effect, ...] = edge.effects
        ends: _State = {"Next": edge.to}
        if edge.to == JOIN:
            effects = (*effects, Export(self._region.exports or ()))
            ends = {"End": True}
        if effects or scope != INPUT:
            return {"Output": code(applied(effects, scope)), **ends}
        return ends

    def _catch(self, failure: Edge | None, *, calls: bool = True) -> _State:
        """Return the error path.  An attempt that was overtaken never takes one."""
        if failure is None:
            return {}
        catch: list[JsonValue] = []
        if calls:
            catch.append({"ErrorEquals": [STALE], "Next": self._abort})
        output = code(applied(failure.effects, INPUT))
        catch.append({"ErrorEquals": ["States.ALL"], "Output": output, "Next": failure.to})
        return {"Catch": catch}


def _finish(node: Finish) -> _State:
    """Return the state that ends the run, as its one case says or as the outcome decides."""
    header: JsonValue
    spec: JsonValue
    if len(node.cases) == 1:
        (case,) = node.cases
        header, spec = argument(_end_header(case), INPUT), argument(_end_spec(case), INPUT)
        title = case.title
    else:
        header = code(_by_outcome(node, [static(_end_header(case)) for case in node.cases]))
        spec = code(_by_outcome(node, [evaluated(_end_spec(case), INPUT) for case in node.cases]))
        title = " or ".join(case.title for case in node.cases)
    return {
        "Type": "Task",
        "Comment": title,
        "Resource": _INVOKE,
        "Arguments": _arguments("FinishRun", header, spec),
        "Retry": retries(None),
        "Output": {"runId": code(f"{INPUT}.run.id")},
        "End": True,
    }


def _by_outcome(node: Finish, answers: list[str]) -> str:
    """Return the answer for the deciding step's outcome; for one that is unknown, nothing.

    Step Functions fails a state whose expression yields nothing, which is right here.
    """
    return " : ".join(
        f"( {outcome_is(node.variable, case.outcomes)} ) ? {answer}"
        for case, answer in zip(node.cases, answers, strict=True)
    )


def _end_header(case: EndCase) -> dict[str, Value]:
    return {
        "id": case.step,
        "type": "end",
        "name": case.title,
        "top": case.step,
        "order": case.order,
        "path": f"{case.step}#1",
        "iteration": 1,
    }


def _end_spec(case: EndCase) -> dict[str, Value]:
    return {"step": case.step, "outcome": case.outcome, "result": case.result}


def _told(route: Route) -> dict[str, Value]:
    return {"comment": route.comment, "label": route.label, "leads": route.leads}


def _header(place: Place) -> _State:
    """Return who a step is, for the function that it calls."""
    return {
        "id": place.step,
        "type": place.kind,
        "name": _text(place.title),
        "top": place.top,
        "order": place.order,
        "path": path_argument(place),
        "iteration": code(iteration(place, INPUT)) if place.loops else 1,
    }


def _text(text: str) -> JsonValue:
    return argument(text, INPUT)


def _arguments(function: str, header: JsonValue, spec: JsonValue, *, token: bool = False) -> _State:
    payload: _State = {"schema": MACHINE_SCHEMA}
    if token:
        payload["token"] = code("$states.context.Task.Token")
    payload |= {"scope": code(INPUT), "step": header, "spec": spec}
    return {"FunctionName": f"${{{function}}}", "Payload": payload}
