"""Tenants are made once, under a slug that fits everywhere a slug goes."""

import pytest

from signoff.errors import Conflict, Invalid
from signoff.identity.tenants import Tenant, create_tenant, find_tenant
from tests.unit.identity.aws import settings_entries


def test_a_tenant_is_found_after_it_was_created(aws: None) -> None:
    created = create_tenant("acme", "Acme Ltd 🏭")
    assert isinstance(created, Tenant)
    assert find_tenant("acme") == created
    assert find_tenant("other") is None


def test_the_creation_is_in_the_history(aws: None) -> None:
    create_tenant("acme", "Acme")
    [entry] = settings_entries("acme")
    assert entry["type"] == "tenant.created"
    assert entry["id"] == entry["SK"]
    assert "actor" not in entry


def test_a_slug_is_taken_once(aws: None) -> None:
    create_tenant("acme", "Acme")
    with pytest.raises(Conflict):
        create_tenant("acme", "Another Acme")
    assert find_tenant("acme").name == "Acme"
    assert len(settings_entries("acme")) == 1


@pytest.mark.parametrize(
    "slug", ["", "-acme", "Acme", "ac me", "acme\n", "a" * 32, "acme_1", "åcme", "a#b"]
)
def test_slugs_that_do_not_fit_are_refused(aws: None, slug: str) -> None:
    with pytest.raises(Invalid) as refusal:
        create_tenant(slug, "Acme")
    assert refusal.value.field == "tenant"


@pytest.mark.parametrize("name", ["", "   ", "n" * 101])
def test_names_that_do_not_fit_are_refused(aws: None, name: str) -> None:
    with pytest.raises(Invalid):
        create_tenant("acme", name)


@pytest.mark.parametrize("slug", ["a", "0", "acme-2", "a" * 31])
def test_slugs_that_fit(aws: None, slug: str) -> None:
    assert create_tenant(slug, "Name").slug == slug
