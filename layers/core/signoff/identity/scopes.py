"""The one list of scopes: what a credential may be allowed to do, and the sentence that says so.

``admin:*`` is written for all admin scopes and stands for those that exist, now and later. Whoever
holds ``admin:<thing>`` holds ``admin:<thing>:read`` too. A key's scopes are its own; a person's
follow from their roles in the directory.
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
    "admin:definitions:read": "Read definitions (Admin API)",
    "admin:runs": "Start, read, cancel, retry and comment any run (Admin API)",
    "admin:runs:read": "Read any run (Admin API)",
    "admin:reassign": "Give anybody's task to somebody else (Admin API)",
    "admin:restart": "Send a run back to its beginning (Admin API)",
    "admin:move": "Send a run to another step (Admin API)",
    "admin:reverse": "Reverse a rejection (Admin API)",
    "admin:users": "Change the directory: users, departments, absences (Admin API)",
    "admin:users:read": "Read the directory (Admin API)",
    "admin:keys": "Create, list, change and revoke API keys (Admin API)",
    "admin:keys:read": "List API keys; their secrets are never shown (Admin API)",
    "admin:settings": "Change the tenant's settings (Admin API)",
    "admin:settings:read": "Read the tenant's settings (Admin API)",
    "admin:webhooks": "Change, test and replay webhooks; their secrets (Admin API)",
    "admin:webhooks:read": "Read webhooks and their deliveries (Admin API)",
    "admin:audit": "Search the history of runs, documents and settings (Admin API)",
}

ADMIN_SCOPES = frozenset(scope for scope in SCOPES if scope.startswith("admin:"))
GRANTABLE = frozenset(SCOPES) | {ALL_ADMIN}

# What the key of a program that speaks the five contracts holds: everything but administration.
INTEGRATION_SCOPES = frozenset(SCOPES) - ADMIN_SCOPES

_APPROVER = frozenset(
    {
        *("flows:read", "flows:write", "tasks:read", "tasks:write"),
        *("documents:read", "documents:write", "workflows:read", "workflows:write"),
    }
)
_DESIGNER = _APPROVER | {
    *("definitions:read", "definitions:write", "admin:definitions", "admin:definitions:read"),
    *("admin:runs:read", "admin:reverse"),
}
_READING = frozenset(scope for scope in SCOPES if scope.endswith(":read")) | {"admin:audit"}

# What people may do, by their roles in the directory. Other roles are the organisation's own words
# for definitions to name, and open nothing.
ROLE_SCOPES: dict[str, frozenset[str]] = {
    "approver": _APPROVER,
    "designer": _DESIGNER,
    "auditor": _READING,
    "admin": _DESIGNER | _READING | ADMIN_SCOPES,
}


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
    """What a key may do: its scopes, with ``admin:*`` and the reading they bring written out."""
    held = frozenset(scopes)
    if ALL_ADMIN in held:
        return (held - {ALL_ADMIN}) | ADMIN_SCOPES
    return held | {f"{scope}:read" for scope in held & ADMIN_SCOPES if f"{scope}:read" in SCOPES}


def scopes_of_roles(roles: Iterable[str]) -> frozenset[str]:
    """What a person with these roles may do."""
    return frozenset().union(*(ROLE_SCOPES.get(role, frozenset()) for role in roles))


def check_grant(granter: frozenset[str], granted: Iterable[str]) -> None:
    """Raise Forbidden if ``granted`` holds an admin scope that the granter does not.

    ``admin:keys`` is the power to hand out keys for the contracts, not to become an
    administrator by a detour.
    """
    asked, held = frozenset(granted), expand(granter)
    missing = [ALL_ADMIN] if ALL_ADMIN in asked and not held >= ADMIN_SCOPES else []
    missing += sorted(asked & ADMIN_SCOPES - held)
    if missing:
        lacking = ", ".join(missing)
        raise Forbidden(f"Only who holds {lacking} can grant {lacking}", field="scopes")
