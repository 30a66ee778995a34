"""The one list of scopes: what an API key may be allowed to do, and the sentence that says so.

``admin:*`` is written for all admin scopes and stands for those that exist, now and later.
"""

from collections.abc import Iterable

from signoff.errors import Forbidden, Invalid

ALL_ADMIN = "admin:*"

SCOPES: dict[str, str] = {
    "flows:read": "List flows and read one with its history (Flow API)",
    "flows:write": "Submit documents (Flow API)",
    "tasks:read": "Read worklists (Flow API)",
    "tasks:write": "Claim, release and decide tasks (Flow API)",
    "documents:read": "Read documents",
    "documents:write": "Upload documents",
    "workflows:read": "Read workflow instances and tasks (Approvals API)",
    "workflows:write": "Start and advance workflow instances (Approvals API)",
    "processes:read": "Read process instances (Process API)",
    "processes:write": "Start and complete process instances (Process API)",
    "cases:read": "Read cases (Case API)",
    "cases:write": "Change cases (Case API)",
    "definitions:read": "Read workflow definitions (Automation API)",
    "definitions:write": "Save and publish workflow definitions (Automation API)",
    "schedules:read": "Read schedules (Automation API)",
    "schedules:write": "Change schedules (Automation API)",
    "integrations:read": "Read integrations; their secrets are never shown (Automation API)",
    "integrations:write": "Change integrations and their secrets (Automation API)",
    "actors:assert": "Act for people: be believed when a header or field names the actor",
    "admin:definitions": "Publish and read definitions (Admin API)",
    "admin:runs": "Start, read, cancel, retry and comment any run (Admin API)",
    "admin:keys": "Create, list and revoke API keys (Admin API)",
}

ADMIN_SCOPES = frozenset(scope for scope in SCOPES if scope.startswith("admin:"))
GRANTABLE = frozenset(SCOPES) | {ALL_ADMIN}

# What the key of a program that speaks the five contracts holds: everything but administration.
INTEGRATION_SCOPES = frozenset(SCOPES) - ADMIN_SCOPES


def parse_scopes(scopes: Iterable[str]) -> tuple[str, ...]:
    """``scopes`` sorted and without repetition. Raises Invalid for none and for unknown ones."""
    wanted = set(scopes)
    if not wanted:
        raise Invalid("A key needs at least one scope", field="scopes")
    unknown = sorted(wanted - GRANTABLE)
    if unknown:
        raise Invalid(
            f"Unknown scope: {', '.join(scope[:64] for scope in unknown[:5])}", field="scopes"
        )
    return tuple(sorted(wanted))


def expand(scopes: Iterable[str]) -> frozenset[str]:
    """What a key may do: its scopes, with ``admin:*`` written out."""
    held = frozenset(scopes)
    return (held - {ALL_ADMIN}) | ADMIN_SCOPES if ALL_ADMIN in held else held


def check_grant(granter: frozenset[str], granted: Iterable[str]) -> None:
    """Raise Forbidden if ``granted`` holds an admin scope that the granter does not.

    ``admin:keys`` is the power to hand out keys for the contracts, not to become an
    administrator by a detour.
    """
    missing = sorted((expand(granted) & ADMIN_SCOPES) - granter)
    if missing:
        raise Forbidden(f"Only a key that holds {missing[0]} can grant it", field="scopes")
