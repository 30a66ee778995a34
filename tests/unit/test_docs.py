"""What README, CONTRIBUTING and docs point to exists, and the definitions they show can be run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from pydantic import BaseModel

from signoff.contracts.approvals import models as approvals
from signoff.contracts.approvals import models_events as approvals_events
from signoff.contracts.flow import models as flow
from signoff.definition.checker import check
from signoff.definition.loader import load_text
from signoff.limits import COMMENT_CHARACTERS, DECISION_DATA_BYTES, DOCUMENT_REF_CHARACTERS
from tests.support import sam

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]

_FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_FOREIGN = re.compile(r"[a-z]+:")


def name_of(page: Path) -> str:
    """The page's path in the repository."""
    return page.relative_to(ROOT).as_posix()


def prose_of(page: Path) -> str:
    """The page without its blocks of code, in which brackets and # mean other things."""
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def blocks_of(page: Path, *languages: str) -> Iterator[str]:
    """The page's blocks of code in these languages."""
    for _indent, language, code in _FENCE.findall(page.read_text(encoding="utf-8")):
        if language in languages:
            yield code


def anchors_of(page: Path) -> set[str]:
    """The page's headings as GitHub names them: small, without signs, spaces as hyphens."""
    anchors: set[str] = set()
    for heading in re.findall(r"^#{1,6} +(.+?) *$", prose_of(page), re.MULTILINE):
        text = _LINK.sub(lambda link: link[0][1 : link[0].index("]")], heading)
        slug = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
        number, anchor = 0, slug
        while anchor in anchors:
            number += 1
            anchor = f"{slug}-{number}"
        anchors.add(anchor)
    return anchors


def broken_links(page: Path) -> Iterator[str]:
    """The page's relative links that lead to no file, or to no heading of one."""
    for link in _LINK.findall(prose_of(page)):
        if _FOREIGN.match(link):
            continue
        path, _, anchor = unquote(link).partition("#")
        target = page.parent / path if path else page
        if not target.exists() or (anchor and anchor not in anchors_of(target)):
            yield link


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    assert list(broken_links(page)) == []


def definitions() -> list[tuple[str, str]]:
    """Every whole definition that a page shows, with where it stands."""
    return [
        (f"{name_of(page)} {match[1]}", block)
        for page in PAGES
        for block in blocks_of(page, "yaml", "yml", "json")
        if (match := re.search(r'^"?key"?: *(\S+)', block, re.MULTILINE))
        and re.search(r'^"?steps"?:', block, re.MULTILINE)
    ]


SHOWN = definitions()


@pytest.mark.parametrize("text", [text for _, text in SHOWN], ids=[place for place, _ in SHOWN])
def test_definitions_have_no_problems(text: str) -> None:
    assert check(load_text(text, "shown.yaml")) == []


def test_readme_and_the_guide_show_definitions() -> None:
    pages = {place.split()[0] for place, _ in SHOWN}
    assert {"README.md", "docs/definitions.md"} <= pages


def test_no_shown_definition_takes_the_key_of_a_shipped_one() -> None:
    shipped = {path.stem for path in (ROOT / "statemachines").glob("*.yaml")}
    assert shipped
    assert not shipped & {place.split()[1] for place, _ in SHOWN}


def make_targets() -> set[str]:
    """The targets of the Makefile."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    rules = re.findall(r"^([a-z][a-z -]*):(?!=)", makefile, re.MULTILINE)
    return {target for rule in rules for target in rule.split()}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_make_targets_exist(page: Path) -> None:
    code = [*blocks_of(page, "sh", "bash", "console"), *re.findall(r"`([^`\n]+)`", prose_of(page))]
    called = re.findall(r"(?:^|&& |\$ )make ([a-z][a-z-]*)\b(?!=)", "\n".join(code), re.MULTILINE)
    assert set(called) <= make_targets()


def test_readme_names_the_first_targets() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert {"run", "test", "up", "down", "deploy"} <= set(re.findall(r"\bmake ([a-z-]+)", text))


def section_of(page: str, heading: str) -> str:
    """What stands under a heading, up to the next one."""
    _, _, rest = (ROOT / "docs" / page).read_text(encoding="utf-8").partition(f"# {heading}\n")
    return rest.partition("\n#")[0]


@pytest.mark.parametrize(
    ("heading", "model"),
    [
        ("Operations", flow.SubmitDocumentRequest),
        ("Operations", flow.DecisionRequest),
        ("FlowStatus", flow.FlowStatusWithHistory),
        ("TaskSummary", flow.TaskSummary),
        ("FlowSummary", flow.FlowSummary),
        ("AuditEntry", flow.AuditEntry),
    ],
)
def test_flow_api_lists_every_field(heading: str, model: type[BaseModel]) -> None:
    named = set(re.findall(r"`(\w+)`", section_of("flow-api.md", heading)))
    assert {field.alias for field in model.model_fields.values()} <= named


@pytest.mark.parametrize(
    ("headings", "model"),
    [
        (("Operations",), approvals.StartWorkflowRequest),
        (("Operations",), approvals.AdvanceRequest),
        (("Operations",), approvals.CommentRequest),
        (("Instance",), approvals.Instance),
        (("Instance", "InstanceDetail"), approvals.InstanceDetail),
        (("WorkflowTask",), approvals.WorkflowTask),
        (("WorkflowTask", "InstanceDetail"), approvals.InstanceTask),
        (("InstanceEntry",), approvals.InstanceEntry),
        (("InstanceEvent",), approvals_events.InstanceEvent),
        (("InstanceStanding",), approvals_events.InstanceStanding),
    ],
)
def test_approvals_api_lists_every_field(headings: tuple[str, ...], model: type[BaseModel]) -> None:
    text = "\n".join(section_of("approvals-api.md", heading) for heading in headings)
    named = set(re.findall(r"`(\w+)`", text))
    assert {field.alias for field in model.model_fields.values()} <= named


def test_the_guides_tell_the_limits_of_the_code() -> None:
    sent = section_of("flow-api.md", "Operations")
    assert f"at most {DOCUMENT_REF_CHARACTERS:,} characters" in sent
    approval = section_of("definitions.md", "approval")
    for text in (sent, approval):
        assert f"{COMMENT_CHARACTERS:,} characters" in text
        assert f"{DECISION_DATA_BYTES // 1024} KiB" in text


def test_deploying_tells_every_parameter_and_what_each_alarm_means() -> None:
    told = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    assert [name for name in sam.template()["Parameters"] if f"`{name}`" not in told] == []
    told += (ROOT / "docs" / "documents.md").read_text(encoding="utf-8")
    alarms = sam.resources("AWS::CloudWatch::Alarm")
    assert [name for name in alarms if f"`{name}`" not in told] == []


def test_deploying_counts_what_costs_at_rest() -> None:
    cost = section_of("deploy.md", "What it costs")
    sources = sam.resources("AWS::Lambda::EventSourceMapping").values()
    queues = [each for each in sources if "StartingPosition" not in each]  # a stream has one
    number = {6: "six", 7: "seven", 8: "eight", 9: "nine", 10: "ten", 11: "eleven", 12: "twelve"}[
        len(queues)
    ]
    assert f"polling of {number} queues" in cost
    assert f"| {len(sam.resources('AWS::CloudWatch::Alarm'))} alarms " in cost


def test_the_readme_leads_to_every_guide() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    guides = [page.name for page in (ROOT / "docs").glob("*.md")]
    assert [name for name in guides if f"(docs/{name}" not in readme] == []
