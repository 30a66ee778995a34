"""Tasks: people's pieces of work in a run, and what people may do with them."""
