"""Lists: limit, cursor, and how each contract says that there is more."""

from urllib.parse import parse_qs

import pytest

from signoff.contracts.admin.face import ADMIN
from signoff.pagination import Slice, decode_cursor
from tests.unit.entrypoints.face_under_test import Shown, ask, make

pytestmark = pytest.mark.usefixtures("scopes")


def listing(more=None):
    def run(request):
        decode_cursor(request.page.cursor)
        return Slice([Shown(said=f"{request.page.limit} {request.page.cursor}")], more)

    return run


def page(query, face=None, more=None):
    settings = {"face": face} if face else {}
    handler = make(listing(more), "GET /things", paged=True, **settings)
    return ask(handler, method="GET", query=query)


def test_a_list_is_a_bare_array_of_fifty_from_the_start():
    status, body, headers = page({})
    assert (status, body) == (200, [{"said": "50 None"}])
    assert "Link" not in headers


@pytest.mark.parametrize("limit", ["1", "200", " 7 "])
def test_limits_from_1_to_200(limit):
    assert page({"limit": limit})[1] == [{"said": f"{limit.strip()} None"}]


@pytest.mark.parametrize("limit", ["0", "201", "-1", "x", "1.5", "1e2", "٣", "9" * 30])
def test_other_limits_are_400(limit):
    assert page({"limit": limit})[:2] == (
        400,
        {"error": "limit must be a whole number from 1 to 200"},
    )


@pytest.mark.parametrize("cursor", ["x", "!", "é", "bm9wZQ", "W10", "x" * 9000])
def test_a_cursor_that_nobody_gave_out_is_400(cursor):
    assert page({"cursor": cursor})[0] == 400


def test_a_flow_list_that_goes_on_links_to_the_rest_and_keeps_the_query():
    _, _, headers = page({"limit": "7", "cursor": "e30"}, more="abc=&def")
    target, relation = headers["Link"].split("; ")
    assert relation == 'rel="next"'
    assert parse_qs(target.strip("<?>")) == {"limit": ["7"], "cursor": ["abc=&def"]}


def test_the_envelope_says_how_a_list_goes_on():
    _, body, _ = page({"limit": "7"}, face=ADMIN, more="abc")
    assert body["meta"]["pagination"] == {"limit": 7, "hasMore": True, "nextCursor": "abc"}
    _, body, _ = page({}, face=ADMIN)
    assert body["meta"]["pagination"] == {"limit": 50, "hasMore": False, "nextCursor": None}


def test_filters_take_their_words_only():
    def filtered(request):
        return Shown(said=str(dict(request.filters)))

    handler = make(filtered, "GET /things", filters={"status": ("OPEN", "DONE")})
    assert ask(handler, query={"status": "OPEN"})[1] == {"said": "{'status': 'OPEN'}"}
    assert ask(handler, query={"other": "x"})[1] == {"said": "{}"}
    assert ask(handler, query={"status": "open"})[:2] == (
        400,
        {"error": "status must be one of OPEN, DONE"},
    )
