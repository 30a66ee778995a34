"""A letter as HTML that any mail program shows and any screen reader reads.

No image, no script, no stylesheet and nothing from elsewhere: opening the mail tells nobody.
Styles stand in the elements, because programs take others out. Colours have a contrast of at least
4.5 to 1 (WCAG 2.2, 1.4.3), and links that decide are underlined besides.
"""

from html import escape

from signoff.notifications.letter import OTHERWISE, Letter

_BODY = (
    "margin:0;padding:24px;background-color:#ffffff;color:#1f2328;"
    "font-family:Arial,Helvetica,sans-serif;font-size:16px;line-height:1.5"
)
_QUOTE = "margin:16px 0;padding:0 16px;border-left:4px solid #59636e"
_NAME = "padding:2px 16px 2px 0;text-align:left;vertical-align:top;font-weight:bold"
_VALUE = "padding:2px 0;text-align:left;vertical-align:top"
_BUTTON = (
    "display:inline-block;padding:10px 16px;border:2px solid #0b5394;border-radius:4px;"
    "background-color:#ffffff;color:#0b5394;font-weight:bold;text-decoration:underline"
)
_SMALL = "color:#4b535d;font-size:14px"


def as_html(letter: Letter, name: str) -> str:
    """The page for somebody called ``name``."""
    parts = [
        f'<h1 style="font-size:20px;margin:0 0 16px">{escape(letter.subject)}</h1>',
        f"<p>Hello {escape(name)},</p>",
        f"<p>{escape(letter.lead)}</p>",
        *_quote(letter),
        *_facts(letter),
        *_buttons(letter),
        *([f'<p style="{_SMALL}">{escape(letter.note)}</p>'] if letter.note else []),
        '<hr style="border:0;border-top:1px solid #d1d9e0;margin:24px 0 16px">',
        f'<p style="{_SMALL}">{escape(letter.why)}{_otherwise(letter)}</p>',
    ]
    return (
        '<!DOCTYPE html>\n<html lang="en" dir="ltr">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(letter.subject)}</title>\n</head>\n"
        f'<body style="{_BODY}">\n<div role="article" lang="en" style="max-width:600px">\n'
        + "\n".join(parts)
        + "\n</div>\n</body>\n</html>\n"
    )


def _quote(letter: Letter) -> list[str]:
    if not letter.quote:
        return []
    said = [f"<p>{escape(letter.quoted)} wrote:</p>"] if letter.quoted else []
    lines = "<br>\n".join(escape(line) for line in letter.quote.split("\n"))
    return [*said, f'<blockquote style="{_QUOTE}">{lines}</blockquote>']


def _facts(letter: Letter) -> list[str]:
    rows = [
        f'<tr><th scope="row" style="{_NAME}">{escape(name)}</th>'
        f'<td style="{_VALUE}">{escape(value)}</td></tr>'
        for name, value in letter.facts
    ]
    if not rows:
        return []
    return [f'<table style="border-collapse:collapse;margin:16px 0">{"".join(rows)}</table>']


def _buttons(letter: Letter) -> list[str]:
    """One below the other, in a list that says how many there are."""
    items = [
        f'<li style="margin:0 0 12px"><a href="{escape(each.url)}" style="{_BUTTON}">'
        f"{escape(each.label)}</a></li>"
        for each in letter.buttons
    ]
    if not items:
        return []
    return [f'<ul style="list-style:none;margin:24px 0 12px;padding:0">{"".join(items)}</ul>']


def _otherwise(letter: Letter) -> str:
    if not letter.choose:
        return ""
    style = f"{_SMALL};text-decoration:underline"
    return f'<br><a href="{escape(letter.choose)}" style="{style}">{OTHERWISE}</a>'
