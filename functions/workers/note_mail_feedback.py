"""Stops mail to addresses that bounce or complain, so that the administrators are told"""

from signoff.entrypoints.worker import queue_worker
from signoff.notifications.feedback import note_mail_feedback

handler = queue_worker("noteMailFeedback", note_mail_feedback)
