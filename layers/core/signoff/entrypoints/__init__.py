"""How Lambda enters: the factories that turn one service call into an endpoint, step or worker.

This module imports nothing, so that a function pays only for what its own factory needs.
"""
