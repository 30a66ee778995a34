"""Each minute, sends messages for deliveries that are due and have none"""

from signoff.entrypoints.worker import scheduled_worker
from signoff.webhooks.sweep import sweep_deliveries

handler = scheduled_worker("sweepDeliveries", sweep_deliveries)
