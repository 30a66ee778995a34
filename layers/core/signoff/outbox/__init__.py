"""The outbox: what was committed to history goes to the bus, at least once, under its own id."""
