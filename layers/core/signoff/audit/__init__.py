"""What was done in a tenant, by whom and to what."""
