"""SAM CLI, but for one thing: it makes an image once and not again for every function.

`sam local` packs the layers into an image whose tag says which they are, and for layers of the
template it does so before each container that it starts, in case they have been built anew. Nothing
is built while this suite runs. SAM's own Python runs this.
"""

from __future__ import annotations

import sys
from typing import Any

from samcli.cli.main import cli
from samcli.local.docker.lambda_image import LambdaImage

_build_image = LambdaImage._build_image
_made: set[tuple[str, str]] = set()


def build_once(image: Any, base: str, tag: str, *rest: Any, **more: Any) -> None:
    """``LambdaImage._build_image``, for a tag that this process has not made yet."""
    if (base, tag) not in _made:
        _build_image(image, base, tag, *rest, **more)
        _made.add((base, tag))


LambdaImage._build_image = build_once

if __name__ == "__main__":
    sys.exit(cli())
