"""Sends events to webhooks, signed, and notes what came of it"""

from signoff.entrypoints.worker import batch_worker
from signoff.outbox.deliver import deliver

handler = batch_worker("deliverWebhooks", deliver)
