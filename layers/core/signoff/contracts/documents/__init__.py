"""Documents as the Approvals API takes and shows them."""
