"""Webhooks: who subscribes to what, and what has become of each delivery."""
