"""A key's last use is noted at most once a minute, and never at the cost of a request."""

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from signoff import clock
from signoff.errors import AddressNotAllowed
from signoff.identity import key_use
from signoff.identity.authenticate import authenticate, forget_all
from signoff.identity.key_changes import rotate_key
from signoff.identity.keys import create_key, find_key, list_keys
from signoff.identity.principal import Caller
from signoff.storage.table import Table


@pytest.fixture
def writes(aws: None, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The keys of every single write outside of transactions."""
    seen: list[Any] = []
    write = key_use.set_one

    def noted(table: Table, key: Any, *given: Any) -> None:
        seen.append(key)
        write(table, key, *given)

    monkeypatch.setattr(key_use, "set_one", noted)
    return seen


def use(secret: str, source: str | None = None) -> None:
    """As in a container that has not seen the key."""
    forget_all()
    authenticate(f"Bearer {secret}", None, source)


def move(monkeypatch: pytest.MonkeyPatch, seconds: float) -> str:
    moment = clock.now() + timedelta(seconds=seconds)
    monkeypatch.setattr(clock, "now", lambda: moment)
    return clock.timestamp(moment)


def test_a_use_is_noted_once_a_minute_however_many_containers_there_are(
    writes: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    key, secret = create_key("acme", "ERP", ["flows:read"])
    assert find_key("acme", key.key_id).used_at is None
    began = move(monkeypatch, 0)
    for _ in range(5):
        use(secret)
    assert len(writes) == 1
    assert find_key("acme", key.key_id).used_at == began
    again = move(monkeypatch, 61)
    use(secret)
    assert len(writes) == 2
    assert [each.used_at for each in list_keys("acme", limit=5).items] == [again]


def test_a_remembered_key_writes_nothing(writes: list[Any]) -> None:
    _, secret = create_key("acme", "ERP", ["flows:read"])
    use(secret)
    writes.clear()
    for _ in range(5):
        authenticate(f"Bearer {secret}", None, None)
    assert writes == []


def test_whoever_notes_it_second_finds_it_noted(writes: list[Any]) -> None:
    key, secret = create_key("acme", "ERP", ["flows:read"])
    use(secret)
    noted = find_key("acme", key.key_id).used_at
    key_use.note_use(key.digest, None)  # as one that read before the first wrote
    assert find_key("acme", key.key_id).used_at == noted


def test_a_request_does_not_fail_where_its_note_does(
    aws: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, secret = create_key("acme", "ERP", ["flows:read"])

    def unreachable(*_: Any) -> None:
        raise EndpointConnectionError(endpoint_url="http://nowhere")

    monkeypatch.setattr(key_use, "set_one", unreachable)
    use(secret)


def test_a_refused_request_is_no_use(writes: list[Any]) -> None:
    _, secret = create_key("acme", "ERP", ["flows:read"], allowed=["203.0.113.7"])
    with pytest.raises(AddressNotAllowed):
        use(secret, "198.51.100.1")
    assert writes == []


def test_either_secret_counts_as_a_use_of_the_key(
    writes: list[Any], admin: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, old = create_key("acme", "ERP", ["flows:read"])
    _, new = rotate_key("acme", key.key_id, by=admin)
    use(str(new))
    last = move(monkeypatch, 120)
    use(old)
    assert find_key("acme", key.key_id).used_at == last
