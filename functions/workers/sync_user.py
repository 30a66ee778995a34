"""Brings the user pool in line with a person whom the directory has changed"""

from signoff.entrypoints.worker import queue_worker
from signoff.identity.sync import sync_user

handler = queue_worker("syncUser", sync_user)
