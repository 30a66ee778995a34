"""The Flow API (wrkflw): bare camelCase objects and arrays, errors as ``{"error": text}``."""
