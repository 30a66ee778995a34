"""History: what has happened to a run, entry by entry; the entries are the events."""
