"""Errors that are meant to be read by the person who caused them."""


class UserError(Exception):
    """A sentence that says what happened and what to do; shown as it is, never as a traceback."""
