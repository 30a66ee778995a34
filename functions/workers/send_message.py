"""Tells one person one thing, by mail or in Slack, at most once"""

from signoff.entrypoints.worker import queue_worker
from signoff.notifications.send import send_message

handler = queue_worker("sendMessage", send_message)
