"""The Approvals API (Papyrus): workflows on documents, in the envelope with codes."""
