"""Runs: one definition set going; what is true of it, and the commands that change it.

==============  ====================================================================================
what it is      ``model`` (the item), ``ids``, ``variables``, ``outcome``, ``checkpoint``
a change        ``change`` (state and history at once), ``repeated`` (a command that comes again)
commands        ``start``, ``comment``, ``cancel``, ``retry``, ``resubmit``
sent elsewhere  ``move``, ``restart``, ``reverse``; by ``sent``, ``redirect``, ``leave``
its end         ``ending``, ``clear``
its executions  ``nudge``, ``attempts``, ``reconcile``, ``sweep``
an answer       ``progress``, ``waiting``, ``view``, ``steady``, ``follow``, ``read``, ``lists``
==============  ====================================================================================
"""
