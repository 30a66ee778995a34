"""The registry: definitions as they are published, versioned and made into state machines."""
