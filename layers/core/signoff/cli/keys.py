"""``signoff keys``: create, list, show, edit, rotate and revoke API keys."""

from typing import Any

import click

from signoff.cli.answers import show_done, show_thing, show_things
from signoff.cli.api import connect
from signoff.cli.failures import EXIT_CODES
from signoff.cli.options import api_options, asks_first, limit_option

_SHOWN_SCOPES = 4


@click.group()
@api_options
def keys() -> None:
    """Create, list, change and revoke the API keys of the tenant."""


@keys.command(epilog=EXIT_CODES)
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    metavar="SCOPE",
    help="What the key may do, such as flows:read or admin:*; repeat it for more (docs/identity.md "
    "lists all).  'integration' stands for everything but administration.",
)
@click.option("--expires-at", metavar="TIME", help="When it ends, such as 2027-01-31T00:00:00Z.")
@click.option(
    "--allow",
    multiple=True,
    metavar="NETWORK",
    help="Where it may be used from, such as 203.0.113.0/24; repeat it for more.  "
    "[default: everywhere]",
)
@api_options
@click.pass_context
def create(
    ctx: click.Context,
    name: str,
    scopes: tuple[str, ...],
    expires_at: str | None,
    allow: tuple[str, ...],
) -> None:
    """Create a key called NAME and show it, this one time.

    \b
    Examples:
      signoff keys create "ERP" --scope integration
      signoff keys create "Dashboard" --scope flows:read --scope tasks:read
    """
    body: dict[str, Any] = {"name": name, "scopes": _scopes(scopes)}
    if expires_at:
        body["expiresAt"] = expires_at
    if allow:
        body["ipAllowList"] = list(allow)
    key = connect(ctx).post("keys", body=body).data
    _show_secret(ctx, key, "Keep the key now: it is stored as a hash and cannot be shown again.")


@keys.command("list", epilog=EXIT_CODES)
@limit_option
@api_options
@click.pass_context
def list_(ctx: click.Context, limit: int) -> None:
    """List the keys, newest first, revoked ones too. The keys themselves are never shown.

    Long lists of scopes are shortened; --json has them all.
    """
    found = list(connect(ctx).pages("keys", at_most=limit))
    columns = {
        "id": "ID",
        "name": "NAME",
        "status": "STATUS",
        "createdAt": "CREATED",
        "lastUsedAt": "LAST USED",
        "expiresAt": "EXPIRES",
        "scopes": "SCOPES",
    }
    show_things(ctx, found, columns, limit=limit, row=_row)


@keys.command(epilog=EXIT_CODES)
@click.argument("key_id")
@asks_first("Revoke the key {key_id} for good?")
@api_options
@click.pass_context
def revoke(ctx: click.Context, key_id: str) -> None:
    """Revoke the key with the id KEY_ID, for good.

    Whoever uses it is refused within a minute. Revoking it again changes nothing.

    \b
    Example:
      signoff keys revoke 0193a5f0-6c1e-7d39-9a52-0c8d1f3e7b11
    """
    key = connect(ctx).delete("keys", key_id).data
    show_done(ctx, key, f"Revoked {key['name']} ({key['id']}) at {key['revokedAt']}.")


@keys.command(epilog=EXIT_CODES)
@click.argument("key_id")
@api_options
@click.pass_context
def show(ctx: click.Context, key_id: str) -> None:
    """Show the key with the id KEY_ID: what it may do, from where, when it was used last."""
    key = connect(ctx).get("keys", key_id).data
    show_thing(ctx, key, _fields(key))


@keys.command(epilog=EXIT_CODES)
@click.argument("key_id")
@click.option("--name", metavar="NAME", help="Its new name.")
@click.option("--scope", "scopes", multiple=True, metavar="SCOPE", help="All that it may do.")
@click.option(
    "--allow", multiple=True, metavar="NETWORK", help="All the networks it may be used from."
)
@click.option("--allow-everywhere", is_flag=True, help="Let it be used from everywhere.")
@click.option("--expires-at", metavar="TIME", help="When it ends.")
@click.option("--no-expiry", is_flag=True, help="Let it never end.")
@api_options
@click.pass_context
def edit(
    ctx: click.Context,
    key_id: str,
    name: str | None,
    scopes: tuple[str, ...],
    allow: tuple[str, ...],
    allow_everywhere: bool,
    expires_at: str | None,
    no_expiry: bool,
) -> None:
    """Change the key with the id KEY_ID. What is not named stays; it holds within a minute.

    \b
    Examples:
      signoff keys edit 0193a5f0-… --scope flows:read --scope tasks:read
      signoff keys edit 0193a5f0-… --allow 203.0.113.0/24 --no-expiry
    """
    if (allow and allow_everywhere) or (expires_at and no_expiry):
        raise click.UsageError("One of the two options rules the other out.", ctx)
    body: dict[str, Any] = {}
    if name is not None:
        body["name"] = name
    if scopes:
        body["scopes"] = _scopes(scopes)
    if allow or allow_everywhere:
        body["ipAllowList"] = list(allow)
    if expires_at or no_expiry:
        body["expiresAt"] = expires_at
    key = connect(ctx).patch("keys", key_id, body=body).data
    show_thing(ctx, key, _fields(key))


@keys.command(epilog=EXIT_CODES)
@click.argument("key_id")
@click.option(
    "--overlap",
    type=click.IntRange(min=0),
    metavar="SECONDS",
    help="How long the present secret stays good.  [default: a day; at most a week]",
)
@api_options
@click.pass_context
def rotate(ctx: click.Context, key_id: str, overlap: int | None) -> None:
    """Give the key with the id KEY_ID a new secret and show it, this one time.

    \b
    Example:
      signoff keys rotate 0193a5f0-6c1e-7d39-9a52-0c8d1f3e7b11 --overlap 3600
    """
    body = {} if overlap is None else {"overlapSeconds": overlap}
    key = connect(ctx).post("keys", key_id, "rotate", body=body).data
    until = key["formerSecretUntil"]
    ends = f"is good until {until}" if until else "is refused within a minute"
    _show_secret(ctx, key, f"Keep it now. The former secret {ends}.")


def _show_secret(ctx: click.Context, key: dict[str, Any], advice: str) -> None:
    show_thing(ctx, key, {"Key": key["secret"], **_fields(key)}, advice)


def _fields(key: dict[str, Any]) -> dict[str, Any]:
    return {
        "Id": key["id"],
        "Name": key["name"],
        "Status": key["status"],
        "Scopes": key["scopes"],
        "Allowed from": key["ipAllowList"] or "everywhere",
        "Created": key["createdAt"],
        "Last used": key["lastUsedAt"],
        "Rotated": key["rotatedAt"],
        "Former secret until": key["formerSecretUntil"],
        "Expires": key["expiresAt"],
        "Revoked": key["revokedAt"],
    }


def _row(key: dict[str, Any]) -> dict[str, Any]:
    return key | {"scopes": _shortened(key["scopes"])}


def _shortened(scopes: list[str]) -> list[str]:
    """The scopes, with one word for those of an integration, and for the rest the first few."""
    from signoff.identity.scopes import INTEGRATION_SCOPES

    word: list[str] = []
    if set(scopes) >= INTEGRATION_SCOPES:
        word = [f"integration ({len(INTEGRATION_SCOPES)} scopes)"]
        scopes = [scope for scope in scopes if scope not in INTEGRATION_SCOPES]
    if len(scopes) > _SHOWN_SCOPES:
        left = len(scopes) - _SHOWN_SCOPES
        scopes = [*scopes[:_SHOWN_SCOPES], f"and {left} more"]
    return word + scopes


def _scopes(scopes: tuple[str, ...]) -> list[str]:
    from signoff.identity.scopes import INTEGRATION_SCOPES

    wanted = set(scopes)
    if "integration" in wanted:
        wanted = (wanted - {"integration"}) | INTEGRATION_SCOPES
    return sorted(wanted)
