"""Signoff: one workflow and approvals engine behind five published API contracts."""
