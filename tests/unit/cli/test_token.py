"""``signoff token`` with a browser, as far as it goes without one."""

import pytest

from signoff.cli import sign_in as browser
from signoff.cli.failures import Unreachable


@pytest.mark.parametrize("opens", [True, False])
def test_where_to_sign_in_and_how_long_is_said_before_waiting(
    monkeypatch: pytest.MonkeyPatch, opens: bool
) -> None:
    said: list[str] = []
    before: list[list[str]] = []

    def listen(*_: object) -> str:
        before.append(list(said))
        raise Unreachable("Nobody signed in.", "Try again.")

    monkeypatch.setattr(browser._Callback, "code", listen)
    monkeypatch.setattr(browser.webbrowser, "open", lambda _: opens)
    with pytest.raises(Unreachable):
        browser.sign_in("https://signoff.example", "client", 0, said.append)
    [(where, how_long)] = before
    assert where.startswith("Sign in at https://signoff.example/oauth/authorize?")
    assert "Waiting up to 5 minutes" in how_long
    assert ("yourself" in how_long) is not opens
