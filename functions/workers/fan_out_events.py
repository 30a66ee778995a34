"""Makes a delivery of each event for each webhook that wants it"""

from signoff.entrypoints.worker import batch_worker
from signoff.outbox.fan_out import fan_out

handler = batch_worker("fanOutEvents", fan_out)
