"""The local stack: an emulated AWS in one process, and the template deployed to it."""
