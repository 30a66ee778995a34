"""Deadlines that act: timers, what they find due, and what is done about it (design section 3)."""
