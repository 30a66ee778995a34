"""`python -m signoff_local.mends`: every mend with its first line, and what changed under it."""

from __future__ import annotations

import sys

from signoff_local import mends
from signoff_local.mends import guard


def main() -> int:
    """Print the report; 1 if the emulator is not what the mends were written for."""
    changed = False
    for name in mends.ALL:
        mend = mends.load(name)
        print(f"{name:24} {(mend.__doc__ or '').splitlines()[0]}")
        for line in guard.changes(mend.RELIES_ON):
            changed = True
            print(f"{'':24}   {line}")
    return int(changed)


if __name__ == "__main__":
    sys.exit(main())
