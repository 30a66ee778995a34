"""The ids of one tenant in every path, body, filter and cursor of every operation of another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from signoff.identity import authenticate
from signoff.identity.keys import create_key
from tests.contract.every_operation import (
    EVERY,
    OPERATIONS,
    UNKNOWN,
    ask,
    everything,
    fields_of,
    parameters_of,
    refused,
)
from tests.contract.two_tenants import IN_PATH, OTHER, Two, two_tenants
from tests.support.gateway import Answer

# A department's name is its maker's own: the same word in two tenants is two departments.
MAKES_ITS_OWN = {"putDepartment"}
# Whoever is named need not be in the directory (integrators own their identities), so a name of the
# other tenant's is nobody in particular.
NAMES_ANYBODY = {("reassignTask", "userId")}


@pytest.fixture(scope="module")
def two() -> Iterator[Two]:
    """Shared by what changes nothing of Acme's."""
    with two_tenants() as made:
        yield made


@pytest.fixture
def of_acme(two: Two) -> Iterator[None]:
    """Nothing of Acme's is changed by a test, in either table."""
    before = everything(f"T#{two.acme.tenant}")
    yield
    assert everything(f"T#{two.acme.tenant}") == before


@pytest.mark.usefixtures("of_acme")
def test_every_id_in_a_path_is_known_to_this_test(two: Two) -> None:
    named = {each for name in IN_PATH for each in parameters_of(OPERATIONS[name])}
    assert named <= set(two.acme.ids), "give a tenant one of these, in furnish()"
    assert named - {"department"}


@pytest.mark.usefixtures("of_acme")
@pytest.mark.parametrize("name", [name for name in IN_PATH if name not in MAKES_ITS_OWN])
def test_an_id_of_another_tenant_in_the_path_is_404(two: Two, name: str) -> None:
    operation = OPERATIONS[name]
    foreign = {each: two.acme.ids[each] for each in parameters_of(operation)}
    names = dict.fromkeys(("actorUserId", "userId"), two.umbrella.person)
    filled = names | {"name": "Mine", "description": "Mine"}
    answer = two.ask(two.umbrella, name, filled | foreign)
    assert "zebra" not in without(answer, foreign)
    refused(operation, answer, 404)
    # An id that nobody has looks the same.
    unknown = {**dict.fromkeys(foreign, UNKNOWN), "instanceId": f"wi_{'0' * 32}"}
    unseen = two.ask(two.umbrella, name, filled | unknown)
    assert unseen.status == 404
    assert _told(answer, foreign) == _told(unseen, unknown)


def _told(answer: Answer, sent: dict[str, Any]) -> str:
    """A refusal without the number of its request, and without the id that it may repeat."""
    request = answer.body.get("meta", {}).get("requestId", "")
    return without(answer, {**sent, "request": request} if request else sent)


def without(answer: Answer, sent: dict[str, Any]) -> str:
    """The answer's text without what was sent, which a refusal may repeat."""
    text = answer.text
    for value in sent.values():
        text = text.replace(str(value), "")
    return text


IN_BODY = sorted(
    (name, field)
    for name in EVERY
    for field in fields_of(OPERATIONS[name])
    & {
        *("definition", "definitionKey", "templateId", "documentId", "department", "userId"),
        *("actorUserId", "delegateToUserId", "managerId", "headId", "taskId", "runId"),
    }
    if (name, field) not in NAMES_ANYBODY
)


@pytest.mark.usefixtures("of_acme")
@pytest.mark.parametrize(("name", "field"), IN_BODY)
def test_an_id_of_another_tenant_in_the_body_is_unknown(two: Two, name: str, field: str) -> None:
    operation = OPERATIONS[name]
    own = {each: two.umbrella.ids[each] for each in parameters_of(operation)}
    if name == "createUser":
        own["id"] = "somebody-new"
    foreign = {field: two.acme.ids[field]}
    if field == "delegateToUserId":
        foreign |= {"action": "delegate", "actorUserId": two.umbrella.person}
    answer = two.ask(two.umbrella, name, own | foreign)
    assert 400 <= answer.status < 500, answer.text
    refused(operation, answer, 400, 403, 404, 409, 422)
    assert "zebra" not in without(answer, foreign)


LISTS = [
    name
    for name in EVERY
    if OPERATIONS[name].method == "GET" and not parameters_of(OPERATIONS[name])
]


@pytest.mark.usefixtures("of_acme")
@pytest.mark.parametrize("name", LISTS)
def test_a_list_holds_nothing_of_another_tenant(two: Two, name: str) -> None:
    answer = two.ask(two.umbrella, name, {})
    assert answer.status == 200, answer.text
    assert "zebra" not in answer.text
    for ident in ("runId", "taskId", "documentId", "keyId"):
        assert str(two.acme.ids[ident]) not in answer.text


@pytest.mark.usefixtures("of_acme")
@pytest.mark.parametrize("name", [name for name in LISTS if OPERATIONS[name].filters])
def test_a_filter_finds_nothing_of_another_tenant(two: Two, name: str) -> None:
    for filter_ in OPERATIONS[name].filters:
        if filter_ not in two.acme.ids:
            continue
        value = str(two.acme.ids[filter_])
        answer = two.ask(two.umbrella, name, {}, query={filter_: value})
        assert answer.status in (200, 404), answer.text
        assert "zebra" not in without(answer, {filter_: value})
        if answer.status == 200:
            assert answer.body["data"] == []


CURSORS = [name for name in LISTS if OPERATIONS[name].paged]


@pytest.mark.usefixtures("of_acme")
@pytest.mark.parametrize("name", CURSORS)
def test_a_cursor_of_another_tenant_leads_nowhere_else(two: Two, name: str) -> None:
    given = two.ask(two.acme, name, {}, query={"limit": "1"})
    assert given.status == 200, given.text
    cursor = next_cursor(given)
    if cursor is None:
        return
    answer = two.ask(two.umbrella, name, {}, query={"limit": "200", "cursor": cursor})
    assert answer.status in (200, 400), answer.text
    assert "zebra" not in answer.text


def next_cursor(answer: Answer) -> str | None:
    """The cursor in a list's answer, in the envelope or in the Link header."""
    if isinstance(answer.body, dict):
        found: str | None = answer.body["meta"]["pagination"]["nextCursor"]
        return found
    _, _, rest = answer.headers.get("link", "").partition("cursor=")
    return rest.partition(">")[0].partition("&")[0] or None


# ---- one container serves everybody


def test_what_is_remembered_of_one_caller_never_serves_another(two: Two) -> None:
    """Every caller at every list, in turn, in a container that remembers all of them."""
    authenticate.forget_all()
    told: dict[tuple[str, str, str], Any] = {}
    for turn in range(3):
        for name in LISTS:
            operation = OPERATIONS[name]
            for side, word, other in (
                (two.acme, "zebra", "parasol"),
                (two.umbrella, "parasol", "zebra"),
            ):
                for kind, bearer in (("key", side.key), ("user", two.pool.token(side.subject))):
                    if operation.credentials not in ("any", kind):
                        continue
                    headers = {"X-Actor-Id": side.person}
                    answer = ask(operation, bearer=bearer, headers=headers)
                    assert answer.status == 200, answer.text
                    assert other not in answer.text
                    content = answer.body
                    if isinstance(content, dict):
                        content = content["data"]
                    at = (name, word, kind)
                    assert turn == 0 or _steady(content) == told[at], at
                    told[at] = _steady(content)
    assert any("zebra" in str(each) for each in told.values())


def _steady(content: Any) -> Any:
    """An answer without the moments at which keys were used."""
    if isinstance(content, list):
        return [_steady(each) for each in content]
    if isinstance(content, dict):
        return {name: value for name, value in content.items() if not name.startswith("lastUsed")}
    return content


def test_scopes_of_one_key_are_not_those_of_the_next(two: Two) -> None:
    """Keys with one scope each, at operations of all faces, in turn and twice."""
    authenticate.forget_all()
    scopes = sorted({OPERATIONS[name].scope for name in LISTS})
    keys = {scope: create_key(OTHER, scope, (scope, "actors:assert"))[1] for scope in scopes}
    for _ in range(2):
        for name in LISTS:
            operation = OPERATIONS[name]
            if operation.credentials == "user":
                continue
            for scope, key in keys.items():
                answer = ask(operation, bearer=key, headers={"X-Actor-Id": "parasol-person"})
                assert answer.status == (200 if scope == operation.scope else 403), name


@pytest.mark.usefixtures("of_acme")
@pytest.mark.parametrize("name", sorted(MAKES_ITS_OWN))
def test_a_word_of_another_tenant_makes_a_thing_of_ones_own(two: Two, name: str) -> None:
    own = {each: two.acme.ids[each] for each in parameters_of(OPERATIONS[name])}
    assert two.ask(two.umbrella, name, own).status == 201
