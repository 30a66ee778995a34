"""YAML with the position of every value, by the core schema of YAML 1.2.

`yes`, `no`, `on` and `off` are text, dates are text, keys are always text.  Anchors, foreign tags
and second documents are problems.  The reader works on the parser's events, without recursion,
so that no nesting and no alias can blow it up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from .positions import Positions, Span
from .reading import Container, Reading, TextProblem, number
from .yaml_errors import explain

__all__ = ["read_yaml"]

# The fast parser where the installed PyYAML has it; both give the same events.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_CORE = "tag:yaml.org,2002:"
_NULL = re.compile(r"(?:~|null|Null|NULL)?\Z")
_BOOL = re.compile(r"(?:(true|True|TRUE)|false|False|FALSE)\Z")
_INT = re.compile(r"[-+]?[0-9]+\Z")
_OCTAL = re.compile(r"0o([0-7]+)\Z")
_HEX = re.compile(r"0x([0-9a-fA-F]+)\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_NOT_FINITE = re.compile(r"(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z")
_KINDS = {
    ScalarEvent: frozenset({"str", "int", "float", "bool", "null"}),
    MappingStartEvent: frozenset({"map"}),
    SequenceStartEvent: frozenset({"seq"}),
}
# What YAML does not allow in a text at all; the parsers would raise on it.
_UNPRINTABLE = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)


def read_yaml(text: str) -> Reading:
    """Read one YAML document.  Raises nothing: what is wrong is in the reading's `problems`."""
    reader = _YamlReader(text)
    try:
        reader.read()
    except TextProblem as problem:
        reader.reading.problems.append(problem)
        reader.reading.fatal = True
    except yaml.YAMLError as error:
        reader.reading.problems.append(explain(error, text))
        reader.reading.fatal = True
    return reader.reading


class _YamlReader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.reading = Reading(Positions(text))
        self._open: list[Container] = []
        self._wants_key: list[bool] = []
        self._found = False

    def read(self) -> None:
        """Fill the reading from the whole text."""
        strange = _UNPRINTABLE.search(self.text)
        if strange is not None:
            raise TextProblem(
                "syntax",
                f"The text holds a control character (U+{ord(strange[0]):04X}).",
                strange.start(),
                "Remove it; in double quotes it can be written as an escape.",
            )
        for event in self._events():
            if isinstance(event, DocumentStartEvent) and self._found:
                raise TextProblem(
                    "not-a-definition",
                    "A second document begins here.",
                    _start(event),
                    "Put each definition into a file of its own.",
                )
            if isinstance(event, MappingEndEvent | SequenceEndEvent):
                self._close(event)
            elif isinstance(event, NodeEvent):
                self._node(event)

    def _events(self) -> Iterator[Event]:
        parse: Callable[..., Iterator[Event]] = yaml.parse
        return parse(self.text, Loader=_LOADER)

    def _node(self, event: NodeEvent) -> None:
        self._found = True
        if self._open and self._open[-1].is_mapping and self._wants_key[-1]:
            self._key(event)
            return
        path = self._open[-1].next_path() if self._open else ()
        start = _start(event)
        value = self._value(event)
        self.reading.positions.values[path] = Span(start, _end(event))
        if self._open:
            self._open[-1].add(value)
            self._wants_key[-1] = self._open[-1].is_mapping
        else:
            self.reading.value = value
        if isinstance(value, dict | list):
            self._open.append(Container(value, path, start, self.reading))
            self._wants_key.append(self._open[-1].is_mapping)

    def _key(self, event: NodeEvent) -> None:
        if not isinstance(event, ScalarEvent):
            raise TextProblem(
                "syntax",
                "A key has to be text; a list, a mapping or an alias stands here.",
                _start(event),
                "Put the text in quotes if it begins with [, { or *.",
            )
        self._check_tag(event)
        self._open[-1].key(event.value, Span(_start(event), _end(event)))
        self._wants_key[-1] = False

    def _value(self, event: NodeEvent) -> Any:
        if isinstance(event, AliasEvent):
            # Its value is not there, so nothing after this can be judged.
            self.reading.fatal = True
            self._refuse_anchor(event, f"The alias *{event.anchor} is used.")
            return None
        if event.anchor is not None:
            self._refuse_anchor(event, f"The anchor &{event.anchor} is set.")
        tag = self._check_tag(event)
        if isinstance(event, MappingStartEvent):
            return {}
        if isinstance(event, SequenceStartEvent):
            return []
        assert isinstance(event, ScalarEvent)
        plain = tag != "str" and (bool(event.implicit[0]) or tag is not None)
        return resolve(event.value, _start(event)) if plain else event.value

    def _refuse_anchor(self, event: NodeEvent, message: str) -> None:
        self._report("alias", message, event, "Definitions have none: write the value out again.")

    def _check_tag(self, event: NodeEvent) -> str | None:
        """Return the core tag of a node, None where it has none or one that is refused."""
        tag: str | None = getattr(event, "tag", None)
        if tag is None or tag == "!":
            return "str" if tag == "!" else None
        kind = tag.removeprefix(_CORE)
        if tag.startswith(_CORE) and kind in _KINDS.get(type(event), frozenset()):
            return kind
        shown = f"!!{kind}" if tag.startswith(_CORE) else tag
        self._report("tag", f"The tag {shown} means nothing here.", event, "Remove it.")
        return None

    def _report(self, code: str, message: str, event: NodeEvent, hint: str) -> None:
        problem = TextProblem(code, message, _start(event), hint)
        self.reading.problems.append(problem)

    def _close(self, event: Event) -> None:
        self._open.pop().close(_end(event))
        self._wants_key.pop()


def _start(event: Event) -> int:
    return event.start_mark.index if event.start_mark else 0


def _end(event: Event) -> int:
    return event.end_mark.index if event.end_mark else 0


def resolve(plain: str, offset: int) -> Any:
    """Return the value of a plain scalar by YAML 1.2's core schema.

    Raises:
        TextProblem: It is a number that JSON cannot hold.
    """
    if _NULL.match(plain):
        return None
    if match := _BOOL.match(plain):
        return match[1] is not None
    if _INT.match(plain):
        return number(plain, False, offset)
    if match := _OCTAL.match(plain):
        return number(match[1], False, offset, 8)
    if match := _HEX.match(plain):
        return number(match[1], False, offset, 16)
    if _FLOAT.match(plain):
        return number(plain, True, offset)
    if _NOT_FINITE.match(plain):
        raise TextProblem(
            "syntax",
            f"{plain} is no number that a definition can hold.",
            offset,
            "Put it in quotes if it is text.",
        )
    return plain
