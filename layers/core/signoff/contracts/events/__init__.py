"""What is told to other systems: which entry is which event, in which format."""
