"""Tasks: people's pieces of work in a run, and what people may do with them.

==============  ====================================================================================
what they are   ``model`` (steps and tasks), ``worklist``, ``shown``, ``due``
who is asked    ``candidates``, ``asks``, ``hands``, ``present``, ``asked``
opened, closed  ``opening``, ``vote``, ``quorum``, ``result``, ``withdraw``
commands        ``claim``, ``release``, ``decide``, ``delegate``, ``reassign``, ``rework``
for a person    ``act`` (on a run), ``actions`` (in their words), ``own`` (which task it is),
                ``departure`` (who leaves)
lists           ``lists``
==============  ====================================================================================
"""
