"""Requests to addresses that users name, and the only way that any leave (ADR 17)."""
