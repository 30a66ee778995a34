"""A definition by its key, its UUID, or ``wt_<key>`` as the Approvals API writes it."""

PREFIX = "wt_"


def definition_named(text: str) -> str:
    """The key or UUID of a definition in any of the forms that are taken.

    What begins with ``wt_`` names the key that follows, so a definition whose own key begins so is
    written ``wt_wt_…``.
    """
    return text.removeprefix(PREFIX)
