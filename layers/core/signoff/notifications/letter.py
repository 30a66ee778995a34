"""What a person is told, before it is a mail or a message in Slack: text without markup."""

from dataclasses import dataclass, field, replace

from signoff.notifications.plain import one_line, paragraphs

OTHERWISE = "To be told in another way, or not at all"


@dataclass(frozen=True)
class Button:
    """A link with a name. ``url`` is one that we made."""

    label: str
    url: str


@dataclass(frozen=True)
class Letter:
    """``lead`` is the sentence that says it all; ``facts`` are names and values; ``quote`` is what
    somebody wrote, in their own lines, and ``quoted`` who. ``note`` is about the buttons. ``why``
    says why this person is told, and ``choose`` is where they choose how they are."""

    subject: str
    lead: str
    why: str
    facts: tuple[tuple[str, str], ...] = ()
    quote: str | None = None
    quoted: str | None = None
    buttons: tuple[Button, ...] = field(default=())
    note: str | None = None
    choose: str | None = None

    def cleaned(self) -> "Letter":
        """The same, with all that others wrote made fit to be shown."""
        quote = paragraphs(self.quote) if self.quote else ""
        return replace(
            self,
            subject=one_line(self.subject),
            lead=one_line(self.lead, 600),
            why=one_line(self.why, 600),
            facts=tuple((one_line(name), one_line(value, 300)) for name, value in self.facts),
            quote=quote or None,
            quoted=one_line(self.quoted) if self.quoted else None,
            buttons=tuple(Button(one_line(each.label, 60), each.url) for each in self.buttons),
        )
