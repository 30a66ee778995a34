"""What the bus hears of the directory."""
