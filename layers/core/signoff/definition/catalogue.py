"""Every problem code there is: how grave it is and what it means, in one line each.

A code is a promise: tools match on it, so it is never renamed, and its golden in
`tests/golden/check` shows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["CATALOGUE", "Entry", "Severity"]

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Entry:
    """One code, its severity, and what it means."""

    code: str
    explanation: str
    severity: Severity = "error"


def _catalogue(*entries: Entry) -> dict[str, Entry]:
    return {entry.code: entry for entry in entries}


CATALOGUE = _catalogue(
    # The text
    Entry("syntax", "The text is not well-formed YAML or JSON."),
    Entry("too-large", "The text is larger than a definition may be (1 MB)."),
    Entry("too-deep", "Lists and mappings are nested more than 64 deep."),
    Entry("duplicate-key", "A mapping has the same key twice."),
    Entry("alias", "An anchor or an alias is used; the value has to be written out."),
    Entry("tag", "A YAML tag other than the core ones (!!str, !!int, …) is used."),
    # The structure
    Entry("not-a-definition", "The text holds something other than one definition."),
    Entry("missing-field", "A field that is required is not there."),
    Entry("unknown-field", "A field is there that this place does not have."),
    Entry("unknown-type", "A step has a type that does not exist."),
    Entry("wrong-type", "A value is of the wrong kind, such as text where a list belongs."),
    Entry("invalid-value", "A value is of the right kind, but is not one of those allowed."),
    Entry("exactly-one", "Of two fields that exclude each other, both or neither are there."),
    Entry("not-for-this-type", "A field is set that has no meaning on this type of step."),
    Entry("not-built", "Something is in the language, but this release cannot run it yet."),
    # Names
    Entry("duplicate-id", "Two steps, or two branches of one step, have the same id."),
    Entry("duplicate-name", "Two steps show the same name to people.", "warning"),
    Entry("duplicate-outcome", "Two outcomes of a step differ only in upper and lower case."),
    Entry("reserved-name", "An id or a variable has a name that Signoff needs itself."),
    # The flow
    Entry("no-steps", "A definition, a branch or a map has no steps."),
    Entry("unknown-target", "A step leads to a step that does not exist."),
    Entry("outcome-leads-nowhere", "An outcome leads to a step that does not exist."),
    Entry("jump-across-branches", "A step leads into or out of a branch or a map."),
    Entry("end-in-branch", "An end stands inside a branch or a map."),
    Entry("unreachable-step", "No path leads to a step."),
    Entry("no-way-to-end", "No path from the first step leads to an end."),
    Entry("endless-loop", "A loop has no way out."),
    Entry(
        "busy-loop", "A loop waits for nothing: it can run hot and cost a lot quickly.", "warning"
    ),
    Entry("self-reference", "A sub-workflow step starts its own definition."),
    Entry("retry-not-allowed", "A step cannot be retried, but says how."),
    Entry("on-error-not-allowed", "A step cannot fail by itself, but says where to go then."),
    # Expressions and variables
    Entry("bad-expression", "An expression does not parse."),
    Entry("bad-template", "A {{…}} or {%…%} is not written as one."),
    Entry("expression-needed", "Plain text stands where only an expression makes sense."),
    Entry("unknown-function", "An expression calls a function that does not exist."),
    Entry("forbidden-function", "An expression calls a function that Step Functions lacks."),
    Entry("forbidden-operator", "An expression has an operator that Step Functions lacks."),
    Entry("forbidden-variable", "An expression reads $states or $$."),
    Entry("clock-in-branch", "The clock or chance is read where a restart would read it again."),
    Entry("unset-variable", "An expression reads a variable that no path has set by then."),
    Entry("branches-set-same-name", "Two parallel branches set one variable."),
    # People
    Entry("no-candidates", "Nobody can be asked: the candidate list is empty."),
    Entry("candidates-may-be-empty", "The candidate list can turn out empty.", "warning"),
    Entry("wrong-candidates", "People, groups and mode do not fit together."),
    Entry("bad-candidate", "The id of a user, group, role or department cannot exist."),
    Entry("four-eyes-nobody", "Four-eyes excludes the only person who is asked."),
    Entry(
        "unknown-outcome", "A quorum or a deadline names an outcome that the step does not have."
    ),
    Entry("quorum-too-large", "A quorum asks for more decisions than there can be."),
    Entry("otherwise-missing", "The quorum can be missed, and nothing says where to go then."),
    # Deadlines
    Entry("bad-sla-action", "What a deadline does lacks something, has too much, or is misplaced."),
    Entry("bad-go-to", "A deadline sends the run to a step that a run cannot be sent to."),
    # Calls to others
    Entry("bad-url", "An integration has a URL that is never called."),
    Entry("bad-header", "An integration has a header that cannot be sent."),
    Entry("bad-address", "An integration mails to something that is no address."),
    # Forms, times, limits
    Entry("bad-schema", "A form or a parameter list is not a JSON Schema that can be used."),
    Entry("bad-duration", "A duration is not ISO 8601, or is out of bounds."),
    Entry("bad-timestamp", "A timestamp is not RFC 3339."),
    Entry("step-too-large", "A step's configuration exceeds the 256 KiB of Step Functions."),
    Entry("map-concurrency", "A map runs at most 40 items at once and does not say so.", "warning"),
)
