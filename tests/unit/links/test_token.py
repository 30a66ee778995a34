"""A token is good as we made it, to the letter, and in no other form."""

import base64
import json
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from signoff.errors import Unavailable
from signoff.links.signed import BadLink
from signoff.links.token import SECONDS, Link, read, sign
from signoff.storage.clients import client
from tests.support.world import World, count_calls

TASK = "3c650bc5-1767-42b3-9ba3-0edf7ea2a000"
LINK = Link("acme", TASK, 3, "bob", int(time.time()) + SECONDS)


def encoded(value: Any) -> str:
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def test_a_token_says_what_it_was_made_for(here: World) -> None:
    token = sign(LINK)
    assert read(token) == LINK
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


@pytest.mark.parametrize("person", ['ünï "quoted" <b>', "🦓" * 256, "a" * 256])
def test_any_persons_id_can_be_in_it(here: World, person: str) -> None:
    link = Link("a" * 31, TASK, 10**9, person, LINK.ends)
    token = sign(link)
    assert read(token) == link
    assert len(token) < 8_000  # API Gateway takes 10,240 bytes of request line and headers


def test_every_letter_of_it_counts(here: World) -> None:
    token = sign(LINK)
    refused = 0
    for at, letter in enumerate(token):
        for other in "AB.~":
            if other == letter:
                continue
            with pytest.raises(BadLink):
                read(token[:at] + other + token[at + 1 :])
            refused += 1
    assert refused > 3 * len(token)


def test_there_is_one_spelling_of_a_token(here: World) -> None:
    token = sign(LINK)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    # The last of 43 letters carries four bits of the MAC; three others decode to the same bytes.
    same_bytes = [
        token[:-1] + letter
        for letter in alphabet
        if letter != token[-1] and alphabet.index(letter) >> 2 == alphabet.index(token[-1]) >> 2
    ]
    assert len(same_bytes) == 3
    for spelling in [*same_bytes, token + "=", token + "\n", " " + token, token.replace("_", "/")]:
        if spelling != token:
            with pytest.raises(BadLink):
                read(spelling)


def test_one_links_claims_do_not_go_with_anothers_mac(here: World) -> None:
    claims, _, mac = sign(LINK).partition(".")
    others, _, _ = sign(Link("acme", TASK, 4, "bob", LINK.ends)).partition(".")
    assert claims != others
    with pytest.raises(BadLink):
        read(f"{others}.{mac}")


@pytest.mark.parametrize(
    "claims",
    [
        b"",
        b"\xff\xfe",
        b"null",
        b"[" * 3_000,
        {"tenant": "acme"},
        [1, "acme", TASK, 3, "bob"],
        [2, "acme", TASK, 3, "bob", LINK.ends],
        [1, "acme", "no-id", 3, "bob", LINK.ends],
        [1, "acme", TASK, "3", "bob", LINK.ends],
        [1, "acme", TASK, True, "bob", LINK.ends],
        [1, "acme", TASK, 3, None, LINK.ends],
        [1, "acme", TASK, 3, "bob", float("inf")],
        [1, ["acme"], TASK, 3, "bob", LINK.ends],
    ],
)
def test_what_cannot_be_a_link_does_not_reach_kms(here: World, claims: Any) -> None:
    with here.faults.watching() as seen:
        for token in (f"{encoded(claims)}.{'A' * 43}", encoded(claims)):
            with pytest.raises(BadLink):
                read(token)
    assert seen.seen == []


@pytest.mark.parametrize("token", ["", ".", "a.b", "é" * 50, "A" * 6_000 + "." + "A" * 43])
def test_nor_does_what_has_not_the_form_of_a_token(here: World, token: str) -> None:
    with here.faults.watching() as seen, pytest.raises(BadLink):
        read(token)
    assert seen.seen == []


def test_a_good_claim_with_an_invented_mac_is_asked_for_and_refused(here: World) -> None:
    with here.faults.watching() as seen, pytest.raises(BadLink):
        read(f"{encoded_link(LINK)}.{'A' * 43}")
    assert count_calls(seen.seen) == {"VerifyMac": 1}


def encoded_link(link: Link) -> str:
    return encoded(link.claims())


def test_another_keys_mac_is_refused(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    token = sign(LINK)
    other = client("kms").create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")
    monkeypatch.setenv("LINKS_KEY_ARN", other["KeyMetadata"]["Arn"])
    with pytest.raises(BadLink):
        read(token)


@pytest.mark.parametrize(
    "failure",
    [
        ClientError({"Error": {"Code": "ThrottlingException"}}, "VerifyMac"),
        ClientError({"Error": {"Code": "DisabledException"}}, "VerifyMac"),
        EndpointConnectionError(endpoint_url="https://kms.example.com"),
    ],
)
def test_what_may_pass_is_not_said_of_the_link(
    here: World, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    token = sign(LINK)

    def fail(**_: Any) -> None:
        raise failure

    monkeypatch.setattr(client("kms"), "verify_mac", fail)
    with pytest.raises(Unavailable):
        read(token)


def test_an_old_link_is_read_and_says_that_its_time_is_over(here: World) -> None:
    link = Link("acme", TASK, 3, "bob", int(time.time()))
    assert read(sign(link)).has_ended
    assert not LINK.has_ended
    assert Link("acme", TASK, 3, "bob", 1_795_280_400).ends_at == "2026-11-21T17:00:00.000Z"
