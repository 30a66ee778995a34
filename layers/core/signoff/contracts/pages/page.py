"""A whole page, and the headers that it is sent with."""

import base64
import hashlib
from typing import Any

from signoff.contracts.pages.html import Content, Html, join, tag

# Contrasts are at least 7:1 (WCAG 2.2, 1.4.6); focus is shown by more than colour (2.4.13).
_STYLE = """
:root{color-scheme:light;font:100%/1.5 system-ui,sans-serif;color:#1b1b1b;background:#fff}
body{margin:0}
main{max-width:40rem;margin:0 auto;padding:1.5rem 1rem 3rem;overflow-wrap:anywhere}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 1rem}
h2{font-size:1.1rem;margin:0}
dl{display:grid;grid-template-columns:fit-content(40%) minmax(0,1fr);gap:.25rem 1rem;
margin:0 0 1.5rem}
dt{font-weight:600}
dd{margin:0}
fieldset{border:1px solid #6b6b6b;border-radius:.25rem;margin:0 0 1.25rem;padding:.5rem 1rem 1rem}
legend,.label{font-weight:600}
.choice{display:flex;gap:.75rem;align-items:center;min-height:2.75rem}
.choice input{width:1.5rem;height:1.5rem;flex:none;margin:0}
.hint{color:#464646;margin:0 0 .25rem}
.said{white-space:pre-wrap}
textarea{box-sizing:border-box;width:100%;font:inherit;padding:.5rem;border:1px solid #6b6b6b}
button{font:inherit;font-weight:600;min-height:2.75rem;padding:.5rem 1.5rem;margin-top:1rem;
border:2px solid #0a4a2f;border-radius:.25rem;color:#fff;background:#0a4a2f;cursor:pointer}
a{color:#0b3d91}
a:focus-visible,button:focus-visible,input:focus-visible,textarea:focus-visible,
[tabindex]:focus-visible{outline:3px solid #0b3d91;outline-offset:3px}
.problem{border:2px solid #8a1010;border-radius:.25rem;padding:.75rem 1rem;margin:0 0 1.5rem}
.wrong{color:#8a1010;font-weight:600;margin:0 0 .25rem}
@media(max-width:30rem){dl{grid-template-columns:1fr}dd{margin:0 0 .5rem}}
"""

_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    # Nothing is loaded, run or framed, and the form goes nowhere else.
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    # The address is the secret: no place that is gone to from here hears it, and none lists it.
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}


def page(title: str, *content: Content) -> str:
    """The document; ``title`` is what the browser's tab and a screen reader say first."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="robots", content="noindex, nofollow, noarchive"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", f"{title} - Signoff"),
        tag("style", Html(_STYLE)),
    )
    whole = tag("html", head, tag("body", tag("main", *content)), lang="en")
    return f"<!doctype html>{whole.markup}"


def statement(headline: str, *content: Content) -> str:
    """A page that only says something."""
    return page(headline, tag("h1", headline), join(*content))


def answer(status: int, body: str, **headers: str) -> dict[str, Any]:
    """The page as API Gateway takes it."""
    return {"statusCode": status, "headers": {**HEADERS, **headers}, "body": body}
