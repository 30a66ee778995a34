"""OAuth 2.0 as RFC 6749 words it."""
