"""The clients' settings that nothing but AWS itself would miss."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from signoff.storage import clients
from tests.unit.identity.aws import forget_clients


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "none")
    forget_clients()
    yield
    forget_clients()


def address_of_a_link() -> str:
    link = clients.client("s3").generate_presigned_url(
        "get_object", Params={"Bucket": "documents", "Key": "key"}
    )
    parts = urlsplit(link)
    return f"{parts.netloc}{parts.path}"


@pytest.mark.parametrize("region", ["eu-central-1", "eu-south-1"])
def test_a_link_leads_to_the_bucket_in_its_region(
    region: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The global address redirects while a bucket is new, and the signature names the address.
    monkeypatch.setenv("AWS_DEFAULT_REGION", region)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    assert address_of_a_link() == f"documents.s3.{region}.amazonaws.com/key"


def test_a_stack_with_an_address_of_its_own_has_buckets_in_the_path(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://localhost:4566")
    assert address_of_a_link() == "localhost:4566/documents/key"
