"""The admin API: the Approvals API's envelope around what operators need."""
