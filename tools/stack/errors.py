"""The one exception that people see."""


class Failure(Exception):
    """Something the person at the keyboard can act on: one clear sentence, no traceback."""
