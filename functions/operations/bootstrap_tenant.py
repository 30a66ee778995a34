"""Makes the first tenant and its keys. It has no route: invoking it takes IAM credentials.

``{"tenant": "acme", "name": "Acme Ltd", "keys": [{"name": "Admin", "scopes": ["admin:*"]}]}``
"""

from signoff.contracts.admin.models_bootstrap import (
    BootstrapAnswer,
    BootstrapEvent,
    shown_bootstrap,
)
from signoff.entrypoints.invoked import invoked
from signoff.identity import bootstrap


def bootstrap_tenant(event: BootstrapEvent) -> BootstrapAnswer:
    """Make the tenant, or with `addKeys` find it, and make the keys; they are shown once."""
    done = bootstrap.bootstrap_tenant(
        event.tenant, event.name or event.tenant, event.wanted(), add_keys=event.add_keys
    )
    return shown_bootstrap(done)


handler = invoked(bootstrap_tenant, BootstrapEvent)
