"""How Lambda enters: the factories that turn one service call into an endpoint, step or worker.

This module imports nothing, so that a function pays only for what its own factory needs.

=================  =================================================================================
factories          ``endpoint`` (with ``public``), ``step``, ``worker``, ``invoked``, ``fallback``
what one is        ``operation`` (as data), ``face`` (its contract's words)
a request          ``http``, ``request``, ``reading`` (judged), ``actors``, ``body``, ``form``,
                   ``paging``, ``filters``, ``preferences``
an answer          ``respond``, ``refusals``, ``idempotency``
a message          ``poison`` (put aside), ``again`` (when it comes again)
seen from outside  ``observability``
=================  =================================================================================
"""
