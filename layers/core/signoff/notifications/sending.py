"""What may come of handing a message to somebody who delivers it (docs/adr/0018)."""


class NotTaken(Exception):
    """Nothing was taken, for a reason that may pass: it may be tried again."""


class Refused(Exception):
    """Nothing was taken, nor will be under this address: another way may be tried at once."""


class Unknown(Exception):
    """Nobody knows whether it was taken: it must not be tried again."""
