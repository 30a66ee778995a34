"""The command line: ``signoff``. Importing this module imports click and nothing else.

================  ==================================================================================
the entry         ``run``, ``group``, ``options``, ``failures`` (exit codes)
no network        ``check``, ``compile``, ``graph``
by the API        ``publish``, ``definitions``, ``runs``, ``tasks``, ``verify``, ``audit``,
                  ``keys``, ``users``, ``webhooks`` with ``deliveries``, ``notifications``,
                  ``token`` with ``sign_in``
runs              ``variables``, ``shown_run``; ``watch`` with ``follow`` (the events) and ``told``
                  (in words)
with credentials  ``aws``: ``bootstrap``, and ``dead_letters`` with ``queues`` and ``republish``
given             ``files``, ``moment``, ``stack`` (the local one)
shown             ``api`` (asks), ``answers``, ``output``, ``reported`` (problems)
================  ==================================================================================
"""

from signoff.cli.run import main

__all__ = ["main"]
