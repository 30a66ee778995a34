"""Tenants, API keys, and who a caller is."""
