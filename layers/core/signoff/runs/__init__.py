"""Runs: one definition set going; what is true of it, and the commands that change it."""
