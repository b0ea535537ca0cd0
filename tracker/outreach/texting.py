"""Text messages, by whatever service the city has: the library Apprise knows a hundred of them by an address each."""

import warnings
from urllib.parse import quote

import apprise

from ..config import Settings
from ..errors import TrackerError


class TextDelayed(TrackerError):
    """The service does not take this message now; later it may."""


def is_text_on(settings: Settings) -> bool:
    """Whether text messages are set up at all."""
    return bool(settings.text_url)


def send_text(number: str, text: str, settings: Settings) -> None:
    """Send a text message to one number; raises `TextDelayed` when the service does not take it."""
    service = apprise.Apprise()
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):  # of what its many services import
        is_known = service.add(settings.text_url.replace("{phone}", quote(number, safe="")))
    if not is_known:
        raise TextDelayed("TRACKER_TEXT_URL is no address that Apprise knows.")
    if not service.notify(body=text):
        raise TextDelayed("The service for text messages did not take it.")
