"""POST /api/v1/documents/{documentId}/versions"""

import uuid
from typing import Any

import pytest

from tests.support.gateway import Client
from tests.support.stack import Stack
from tests.unit.functions.api.admin.documents import PURCHASE, data, error, errors
from tests.unit.functions.api.documents.files import (
    EXE,
    PDF,
    URL,
    entries,
    objects,
    sha256,
)

SECOND = PDF + b"% second\n"


@pytest.fixture
def document(alice: Client) -> Any:
    return data(alice.upload(URL, PDF, "a.pdf", title="Contract"), 201)


@pytest.fixture
def versions(document: Any) -> str:
    return f"{URL}/{document['id']}/versions"


@pytest.fixture
def rejected(stack: Stack, alice: Client, document: Any) -> str:
    """An instance about the document that was rejected."""
    body = {"definitionKey": stack.publish(PURCHASE), "documentRef": document["id"]}
    flow = data_of(alice.post("/api/v1/flows", body), 201)
    bob = stack.client("bob", "controllers")
    task = flow["pendingTasks"][0]["taskId"]
    data_of(bob.post(f"/api/v1/tasks/{task}/claim"))
    answer = bob.post(
        f"/api/v1/tasks/{task}/decision", {"outcome": "REJECT", "comment": "no"}, Prefer="wait=20"
    )
    assert data_of(answer)["terminalOutcome"] == "REJECTED"
    return f"wi_{flow['flowId'].replace('-', '')}"


def data_of(answer: Any, status: int = 200) -> Any:
    assert answer.status == status, answer.text
    return answer.body


def test_the_version_is_the_present_one(alice: Client, document: Any, versions: str) -> None:
    made = data(alice.upload(versions, SECOND, "b.pdf"), 201)
    assert (made["id"], made["version"], made["title"]) == (document["id"], 2, "Contract")
    assert (made["name"], made["sha256"], made["instanceId"]) == ("b.pdf", sha256(SECOND), None)
    assert data(alice.get(f"{URL}/{document['id']}"))["version"] == 2
    assert len(objects()) == 2  # the former one is kept


def test_the_entry_says_which_it_follows(alice: Client, document: Any, versions: str) -> None:
    data(alice.upload(versions, SECOND), 201)
    first, second = entries(document["id"])
    assert (first.type, second.type) == ("document.uploaded", "document.updated")
    assert (second.sequence, second.detail["version"], second.detail["formerVersion"]) == (2, 2, 1)


def test_its_comment_is_kept(alice: Client, document: Any, versions: str) -> None:
    data(alice.upload(versions, SECOND, comment="Prices of May"), 201)
    second, first = data(alice.get(versions))
    assert (second["comment"], first["comment"]) == ("Prices of May", None)
    assert entries(document["id"])[-1].detail["comment"] == "Prices of May"
    too_long = alice.upload(versions, SECOND, comment="c" * 4_001)
    assert error(too_long, 400) == ("VALIDATION_FAILED", "comment")


def test_the_present_content_is_no_new_version(alice: Client, document: Any, versions: str) -> None:
    [found] = errors(alice.upload(versions, PDF), 409)
    assert (found["code"], found["documentId"]) == ("DUPLICATE_HASH", document["id"])


def test_a_former_content_may_come_back(alice: Client, versions: str) -> None:
    data(alice.upload(versions, SECOND), 201)
    assert data(alice.upload(versions, PDF), 201)["version"] == 3


def test_another_documents_content_is_a_duplicate(alice: Client, versions: str) -> None:
    other = data(alice.upload(URL, SECOND), 201)
    [found] = errors(alice.upload(versions, SECOND), 409)
    assert found["documentId"] == other["id"]


def test_what_is_not_taken_is_no_version(alice: Client, versions: str) -> None:
    assert error(alice.upload(versions, EXE, "b.pdf"), 400)[0] == "FILE_TYPE_NOT_SUPPORTED"
    assert len(objects()) == 1


def test_a_repetition_makes_no_third_version(alice: Client, versions: str) -> None:
    first = data(alice.upload(versions, SECOND, Idempotency_Key="k"), 201)
    assert data(alice.upload(versions, SECOND, Idempotency_Key="k"), 201) == first


def test_there_must_be_a_document(alice: Client, stack: Stack, versions: str) -> None:
    unknown = f"{URL}/{uuid.uuid4()}/versions"
    assert error(alice.upload(unknown, SECOND), 404)[0] == "DOC_NOT_FOUND"
    other = Client(stack.new_key("documents:write", tenant="globex"))
    assert error(other.upload(versions, SECOND), 404)[0] == "DOC_NOT_FOUND"
    assert error(alice.upload(f"{URL}/abc/versions", SECOND), 400)[1] == "documentId"
    assert len(objects()) == 1


def test_a_rejected_instance_is_taken_up(
    alice: Client, document: Any, versions: str, rejected: str
) -> None:
    answer = alice.upload(versions, SECOND, resubmitInstanceId=rejected, comment="better")
    made = data(answer, 201)
    assert made["version"] == 2
    assert made["instanceId"].startswith("wi_")
    assert made["instanceId"] != rejected
    flow = data_of(alice.get(f"/api/v1/flows/{uuid.UUID(made['instanceId'][3:])}"))
    assert flow["status"] == "RUNNING"
    shown = data(alice.get(f"/api/v1/workflows/instances/{made['instanceId']}"))
    assert (shown["documentVersion"], shown["previousInstanceId"]) == (2, rejected)
    assert shown["history"][0]["detail"]["documentSha256"] == sha256(SECOND)
    former = data(alice.get(f"/api/v1/workflows/instances/{rejected}"))
    assert former["documentVersion"] is None  # the Flow API's documentRef is any text
    last = former["history"][-1]
    assert (last["type"], last["detail"]["documentVersion"]) == ("workflow.resubmitted", 2)
    again = alice.upload(versions, PDF, resubmitInstanceId=rejected)
    assert error(again, 409) == ("WORKFLOW_CONFLICT", "resubmitInstanceId")


def test_a_version_that_will_be_uploaded_takes_it_up_too(
    alice: Client, document: Any, rejected: str
) -> None:
    body = {
        "name": "b.pdf",
        "size": 9,
        "documentId": document["id"],
        "resubmitInstanceId": rejected,
    }
    made = data(alice.post(f"{URL}/uploads", body, Idempotency_Key="k"), 201)
    assert (made["version"], made["instanceId"][:3]) == (2, "wi_")
    shown = data(alice.get(f"/api/v1/workflows/instances/{made['instanceId']}"))
    assert shown["documentVersion"] == 2
    assert shown["history"][0]["detail"]["documentSha256"] is None  # not uploaded yet
    assert data(alice.post(f"{URL}/uploads", body, Idempotency_Key="k"), 201) == made
    assert error(alice.post(f"{URL}/uploads", body), 409)[0] == "WORKFLOW_CONFLICT"


def test_a_repetition_takes_it_up_once(alice: Client, versions: str, rejected: str) -> None:
    sent = {"resubmitInstanceId": rejected, "Idempotency_Key": "k"}
    first = data(alice.upload(versions, SECOND, **sent), 201)
    assert data(alice.upload(versions, SECOND, **sent), 201) == first


def test_what_cannot_be_taken_up_stores_nothing(
    stack: Stack, alice: Client, versions: str, rejected: str
) -> None:
    def refused(client: Client, instance: str) -> tuple[int, str]:
        answer = client.upload(versions, SECOND, resubmitInstanceId=instance)
        return answer.status, answer.body["errors"][0]["code"]

    assert refused(alice, "wi_" + "0" * 32) == (404, "WORKFLOW_NOT_FOUND")
    assert refused(alice, "flow") == (400, "VALIDATION_FAILED")
    assert refused(stack.client("bob"), rejected) == (403, "FORBIDDEN")
    body = {"definitionKey": "document-approval", "documentRef": "another.pdf"}
    other = data_of(alice.post("/api/v1/flows", body), 201)["flowId"].replace("-", "")
    assert refused(alice, f"wi_{other}") == (400, "VALIDATION_FAILED")
    assert len(objects()) == 1
