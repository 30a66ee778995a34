"""Telling people: who is told what, how they want to be told, and each of it at most once.

===============  ===================================================================================
from an event    ``plan``: ``occurrence`` (the entry), ``audience`` (who is told), ``members`` (of
                 groups), ``notice`` (one person, one thing)
one message      ``send``: ``claims`` (at most once), ``routes`` (which ways), ``compose`` (its
                 letter), ``sending``
a letter         ``letter``, ``about_tasks``, ``about_others``; from ``work``, ``reading``,
                 ``plain``, ``choice_link``
as a message     ``as_html``, ``as_text`` and ``as_slack``; sent by ``mail`` and ``slack``
what is chosen   ``preferences`` (a person), ``settings`` (a tenant), ``overview`` (of both)
what comes back  ``feedback``, ``suppressions``
===============  ===================================================================================
"""
