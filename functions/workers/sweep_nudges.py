"""Each minute, repeats the nudges that a crash left undone"""

from functools import partial

from signoff.entrypoints.worker import scheduled_worker
from signoff.runs.sweep import sweep
from signoff.sla.act import act_on_task

handler = scheduled_worker("sweepNudges", partial(sweep, on_timer=act_on_task))
