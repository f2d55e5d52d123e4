"""Errors that are meant to be read by the person who caused them."""


class UserError(Exception):
    """A sentence that says what happened and what to do; shown as it is, never as a traceback."""


class ValueRefused(UserError):
    """A value that cannot be kept; `field` names it, "" when it is the whole."""

    def __init__(self, sentence: str, *, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field
