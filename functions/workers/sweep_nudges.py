"""Each minute, repeats the nudges that a crash left undone"""

from signoff.entrypoints.worker import scheduled_worker
from signoff.runs.sweep import sweep

handler = scheduled_worker("sweepNudges", sweep)
