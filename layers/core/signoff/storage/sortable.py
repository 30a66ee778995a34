"""Ids whose text sorts by time (UUID version 7, RFC 9562, section 5.7)."""

import uuid


def sortable(milliseconds: int, chance: int) -> str:
    """The UUID of a moment (Unix time, 48 bits) and 80 bits that tell it from others then."""
    value = (milliseconds & (1 << 48) - 1) << 80 | chance
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))
