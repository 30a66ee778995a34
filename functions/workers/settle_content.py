"""Keeps the content of documents that are committed, and lets go that of deleted ones"""

from signoff.documents.settle import settle_content
from signoff.entrypoints.worker import queue_worker

handler = queue_worker("settleContent", settle_content)
