"""One error tree. Every message tells a person what to do next; `error_pages.py` makes an answer of each class once."""


class TrackerError(Exception):
    """Something the program refuses or cannot do, said in one line for a person."""

    http_status = 500


class Invalid(TrackerError):
    """What was given cannot be used as it is; the message says which part and how to mend it."""

    http_status = 400


class Forbidden(TrackerError):
    """The person may not do this."""

    http_status = 403


class NotFound(TrackerError):
    """There is no such thing, or the person may not know that there is."""

    http_status = 404


class Conflict(TrackerError):
    """Somebody else got there first; the message says what stands now."""

    http_status = 409


class TooOften(TrackerError):
    """Asked more often than is allowed; `seconds` says when to come again."""

    http_status = 429

    def __init__(self, message: str, *, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds


class ProfileError(Invalid):
    """A city profile is wrong; the message names file, line or key."""


class ImportRefused(Invalid):
    """A whole file cannot be imported; the message says what to do. Single bad rows are rejects, not this."""
