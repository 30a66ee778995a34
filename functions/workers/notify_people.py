"""Finds out who is told of an event, and puts a message for each of them into a queue"""

from signoff.entrypoints.worker import queue_worker
from signoff.notifications.plan import notify_people

handler = queue_worker("notifyPeople", notify_people)
