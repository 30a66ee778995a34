"""Webhooks: who subscribes to what, and what has become of each delivery.

================  ==================================================================================
a subscription    ``subscription`` (the item), ``subscriptions`` (made, removed), ``changes``,
                  ``secrets``, ``repeated``, ``read``, ``testing``
which events      ``matching``: ``patterns`` of types, ``filters`` on data
a delivery        ``delivery`` (the item), ``progress`` and ``retries`` (what becomes of it),
                  ``rows`` (written and read), ``messages`` (hints in the queues)
an attempt ended  ``settling``
how it answers    ``health`` (the item), ``wellbeing`` (its changes), ``parking``, ``probe``,
                  ``release``, ``care``
each minute       ``sweep``
afterwards        ``deliveries`` (lists), ``replay``
proof             ``signing``, and ``verify`` for receivers
================  ==================================================================================
"""
