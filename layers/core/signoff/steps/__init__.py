"""What state machines call: each step records that it was reached, then lets the machine go on."""
