"""GET /api/v1/admin/users"""

from urllib.parse import quote

import pytest

from signoff.directory.users import remove_user
from signoff.storage.table import Table
from tests.support.gateway import Client
from tests.support.stack import Stack
from tests.unit.functions.api.admin.documents import data, error, pages
from tests.unit.functions.api.admin.people import USERS, employ, found_departments


def test_everybody_is_there_page_by_page_whatever_their_script(admin: Client) -> None:
    names = ["bob", "Zoë", "名前", "alice", "erin"]
    for name in names:
        employ(admin, name)
    shown = data(admin.get(USERS))
    assert [each["id"] for each in shown] == sorted(names)
    assert pages(admin, USERS, 2) == shown


@pytest.mark.parametrize("query", ["group=Gr%C3%BCn", "role=payer", "department=finance"])
def test_a_filter_is_a_list_of_its_own(admin: Client, query: str) -> None:
    found_departments(admin, finance=None)
    for name in ("alice", "bob", "carol"):
        employ(admin, name, groups=["Grün"], roles=["payer"], department="finance")
    employ(admin, "dora")
    url = f"{USERS}?{query}"
    shown = data(admin.get(url))
    assert [each["id"] for each in shown] == ["alice", "bob", "carol"]
    assert pages(admin, url, 2) == shown


def test_a_filter_reads_what_it_shows(
    admin: Client, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(9):
        employ(admin, f"u{n}", groups=["many"])
    read = []
    query = Table.query

    def counted(table, *given, **more):
        page = query(table, *given, **more)
        read.append(len(page.items))
        return page

    monkeypatch.setattr(Table, "query", counted)
    assert len(data(admin.get(f"{USERS}?group=many&limit=3"))) == 3
    assert read == [4]


def test_removed_people_are_in_the_whole_list_alone(admin: Client, stack: Stack) -> None:
    employ(admin, "dora", groups=["finance"])
    remove_user(stack.tenant, "dora", tasks_due_in=60)
    assert [each["status"] for each in data(admin.get(USERS))] == ["REMOVED"]
    assert data(admin.get(f"{USERS}?group=finance")) == []


def test_two_filters_at_once_and_foreign_cursors_are_400(admin: Client) -> None:
    assert error(admin.get(f"{USERS}?group=a&role=b"), 400) == ("VALIDATION_FAILED", "role")
    for cursor in ("x", "e30", quote("ÿ")):
        assert error(admin.get(f"{USERS}?cursor={cursor}"), 400)[1] == "cursor"


def test_another_tenants_people_are_not_in_it(admin: Client, stack: Stack) -> None:
    employ(admin, "dora", groups=["finance"])
    other = Client(stack.new_key("admin:*", tenant="umbrella"))
    assert data(other.get(USERS)) == []
    assert data(other.get(f"{USERS}?group=finance")) == []
