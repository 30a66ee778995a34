"""Workflow definitions: their model, how they are read, and how they are checked.

Nothing here imports anything of AWS.  This module imports nothing at all, so that a function
which needs only the model pays only for the model.
"""
