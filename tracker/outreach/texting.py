"""Text messages, by whatever service the city has: the library Apprise knows a hundred of them by an address each."""

import logging
import re
import warnings
from urllib.parse import quote, unquote

import apprise

from ..config import Settings
from ..errors import TrackerError

logging.getLogger("apprise").setLevel(logging.CRITICAL)  # it would write phone numbers to the log of the server

_TARGETS = ("targets", "phone", "phones", "target_phones", "groups", "target_groups", "target_contacts", "topics")
"""Where the services keep to whom they send."""


class TextDelayed(TrackerError):
    """The service does not take this message now; later it may."""


class TextRefused(TrackerError):
    """The service would send it to nobody, or to somebody else; trying again helps nobody."""


def is_text_on(settings: Settings) -> bool:
    """Whether text messages are set up at all."""
    return bool(settings.text_url)


def send_text(number: str, text: str, settings: Settings) -> None:
    """Send a text message to one number: a plus, the country's prefix, the number.

    Raises `TextDelayed` when the service does not take it, and `TextRefused` when it would go anywhere else: a service
    that cannot use a number sends to its own instead, and says that it was sent.
    """
    services = apprise.Apprise()
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):  # of what its many services import
        is_known = services.add(settings.text_url.replace("{phone}", quote(number, safe="")))
    if not is_known:
        raise TextDelayed("TRACKER_TEXT_URL is no address that Apprise knows, or it refuses the number.")
    if len(services) != 1 or not _goes_to(services[0], number):
        raise TextRefused("The service for text messages does not take the number as its only one.")
    if not services.notify(body=text):
        raise TextDelayed("The service for text messages did not take it.")


def _goes_to(service: apprise.NotifyBase, number: str) -> bool:
    """Whether a service sends to this number and nowhere else; one without targets has it in its address."""
    if not re.fullmatch(r"\+\d{10,14}", number):
        return False
    lists = [getattr(service, name, None) for name in _TARGETS]
    kept = [entries for entries in lists if isinstance(entries, list | tuple | set | dict)]
    if not kept:
        address = unquote(str(service.url(privacy=False)))  # type: ignore[no-untyped-call]  # Apprise ships few
        return re.search(rf"{re.escape(number)}(?!\d)", address) is not None
    targets = [entry[-1] if isinstance(entry, tuple) else entry for entries in kept for entry in entries]
    digits = number.removeprefix("+")
    own = {digits, digits.removeprefix("1")}  # some of North America leave its prefix out
    return len(targets) == 1 and str(targets[0]).removeprefix("+") in own
