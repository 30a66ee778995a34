"""The local stack: an emulated AWS in one process, and the template deployed to it.

=============  =====================================================================================
its life       ``lifecycle`` (up, down, reset, status), ``process`` (found and stopped from
               outside), ``home`` (what is on disk), ``logs``
its process    ``launcher``, ``front`` (the port), ``emulator``, ``cancelling``; the packages
               ``mends`` and ``workers``
its state      ``snapshots``, ``restoring``
the template   ``template``, ``http_api``, ``deployer``
what is in it  ``bootstrap``, ``people``, ``mail``, ``clients``
walks          ``demo``, ``demo_invoices``, ``demo_webhook``, ``demo_sla``; shown by ``walking``
=============  =====================================================================================
"""
