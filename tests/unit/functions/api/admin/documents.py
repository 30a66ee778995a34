"""What the tests publish, and what an error of the envelope looks like."""

from typing import Any

from tests.support.gateway import Answer, Client, send

PURCHASE = """\
key: purchase
name: Purchase 🛒
parameters:
  type: object
  properties: {amount: {type: number}}
steps:
  - id: Review
    type: approval
    config:
      candidates: {groups: [controllers]}
      outcomes:
        APPROVE: {next: Done}
        REJECT: {next: Refused}
  - {id: Done, type: end, config: {outcome: APPROVED}}
  - {id: Refused, type: end, config: {outcome: REJECTED}}
"""

# As a keyword argument of the client, which makes a header of it.
YAML = {"Content_Type": "application/yaml"}

BROKEN = PURCHASE.replace("next: Done", "next: Nowhere").replace("next: Refused", "next: Elsewhere")


def errors(answer: Answer, status: int) -> list[dict[str, Any]]:
    """The errors of a refusal, whose envelope is checked on the way."""
    assert answer.status == status, answer.text
    assert answer.body["success"] is False
    assert set(answer.body) == {"success", "errors", "meta"}
    assert answer.body["meta"]["requestId"].startswith("req_")
    found: list[dict[str, Any]] = answer.body["errors"]
    assert found
    assert all({"code", "message", "field", "severity"} <= set(error) for error in found)
    return found


def error(answer: Answer, status: int) -> tuple[str, str | None]:
    """Code and field of the only error."""
    [only] = errors(answer, status)
    return only["code"], only["field"]


def data(answer: Answer, status: int = 200) -> Any:
    """The data of a success, whose envelope is checked on the way."""
    assert answer.status == status, answer.text
    assert answer.body["success"] is True
    assert answer.body["meta"]["requestId"].startswith("req_")
    return answer.body["data"]


def pages(client: Any, url: str, limit: int) -> list[Any]:
    """Every item of a list, followed page by page."""
    found: list[Any] = []
    joint = "&" if "?" in url else "?"
    cursor = ""
    for _ in range(50):
        answer = client.get(f"{url}{joint}limit={limit}{cursor}")
        items = data(answer)
        assert len(items) <= limit
        found += items
        pagination = answer.body["meta"]["pagination"]
        assert pagination["limit"] == limit
        assert pagination["hasMore"] is (pagination["nextCursor"] is not None)
        if not pagination["hasMore"]:
            return found
        cursor = f"&cursor={pagination['nextCursor']}"
    raise AssertionError("the list has no end")


def delete(client: Client, url: str) -> Answer:
    """Send a DELETE."""
    return send("DELETE", url, headers={"Authorization": f"Bearer {client.key}"})
