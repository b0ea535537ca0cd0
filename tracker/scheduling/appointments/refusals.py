"""Why something about an appointment is refused: a class each, so that a resident's page can say it in her language."""

from ...errors import Conflict


class WindowTaken(Conflict):
    """Somebody else was quicker, or the window is not offered any more."""


class HoldOver(Conflict):
    """The time that was held is somebody else's by now."""


class TooLate(Conflict):
    """The appointment is so near that only the city can change it."""


class NotOpen(Conflict):
    """Nothing can be chosen or changed here any more."""
