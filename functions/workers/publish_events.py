"""Publishes the history table's stream to the event bus"""

from signoff.entrypoints.worker import stream_worker
from signoff.outbox.publish import publish_records

handler = stream_worker("publishEvents", publish_records)
