"""POST /api/v1/admin/runs/{runId}/comments"""

import pytest

from tests.support.gateway import Client
from tests.support.stack import Stack
from tests.unit.functions.api.admin.documents import data, error

URL = "/api/v1/admin/runs"


@pytest.fixture
def comments(admin: Client, purchase: str) -> str:
    """Where the comments of a run go."""
    run = data(admin.post(URL, {"definition": purchase}), 201)
    return f"{URL}/{run['id']}/comments"


def test_the_entry_is_the_answer(admin: Client, comments: str) -> None:
    entry = data(admin.post(comments, {"comment": "Called them ☎️"}, X_Actor_Id="dora"), 201)
    assert (entry["type"], entry["actor"]) == ("comment.added", "dora")
    assert entry["detail"]["comment"] == "Called them ☎️"
    history = data(admin.get(comments.replace("comments", "history")))
    assert history[-1] == entry


def test_a_run_that_has_ended_can_be_commented(admin: Client, comments: str) -> None:
    data(admin.post(comments.replace("comments", "cancel"), {}))
    assert data(admin.post(comments, {"comment": "Was a duplicate"}), 201)["sequence"] > 1


@pytest.mark.parametrize(
    "body", [{}, {"comment": ""}, {"comment": " \n"}, {"comment": 1}, {"comment": "c" * 4_001}]
)
def test_what_does_not_fit_is_400(admin: Client, comments: str, body: dict[str, object]) -> None:
    assert error(admin.post(comments, body), 400) == ("VALIDATION_FAILED", "comment")


def test_one_idempotency_key_comments_once(admin: Client, comments: str) -> None:
    first = data(admin.post(comments, {"comment": "Once"}, Idempotency_Key="k"), 201)
    assert data(admin.post(comments, {"comment": "Once"}, Idempotency_Key="k"), 201) == first
    history = data(admin.get(comments.replace("comments", "history")))
    assert [entry["type"] for entry in history].count("comment.added") == 1


def test_another_tenants_run_is_404(stack: Stack, admin: Client, comments: str) -> None:
    other = Client(stack.new_key("admin:*", tenant="umbrella"))
    assert error(other.post(comments, {"comment": "Hello"}), 404)[0] == "NOT_FOUND"
