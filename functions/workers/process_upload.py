"""Judges what was uploaded to a link, and makes it a version or says why not"""

from signoff.documents.process import process_upload
from signoff.entrypoints.worker import queue_worker

handler = queue_worker("processUpload", process_upload)
