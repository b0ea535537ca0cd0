"""Addresses that stand in mail: mail is written outside of any request, so they begin with the city's own setting.

A secret link is not kept with the mail that waits: a mark stands for it until the mail is sent.
"""

import re

from ..config import Settings
from ..secret_links import secret_of

_OWN = re.compile(r"(appointment|subscription|report):(\d{1,18}):")
_MARK = "{her own link}"


def case_link(settings: Settings, public_id: str) -> str:
    """The page of a case; empty where the installation has not said where it is found."""
    return f"{settings.address}/staff/cases/{public_id}" if settings.address else ""


def caseload_link(settings: Settings) -> str:
    """One's own caseload; empty as above."""
    return f"{settings.address}/staff/caseload" if settings.address else ""


def own_link_mark(settings: Settings) -> str:
    """What stands for a resident's own link until `with_links` puts it in; empty as above."""
    return _MARK if settings.address else ""


def appointment_key(appointment_id: int, entry_id: int) -> str:
    """The key of the notice that tells a resident of one entry of the log."""
    return f"appointment:{appointment_id}:{entry_id}"


def subscription_key(subscription_id: int | str, what: str) -> str:
    """The key of a notice to whoever holds this subscription."""
    return f"subscription:{subscription_id}:{what}"


def receipt_key(call_id: int) -> str:
    """The key of the notice that gives a reporter her number and her link."""
    return f"report:{call_id}:receipt"


def subscription_consumer(subscription_id: int | str) -> str:
    """Under which name a subscription claims the entries of the log that it was told beside its rhythm's reader."""
    return f"subscription:{subscription_id}"


def with_links(text: str, key: str, settings: Settings) -> str:
    """The text of the notice with this key, with its own link, whatever anybody wrote into it."""
    own = _OWN.match(key)
    return text.replace(_MARK, _own_link(own, settings)) if own else text


def leave_link(key: str, settings: Settings) -> str:
    """Where one request ends the subscription that the notice with this key belongs to; empty where there is none."""
    own = _OWN.match(key)
    is_left = own is not None and own[1] == "subscription" and bool(settings.address)
    return f"{_own_link(own, settings)}/leave" if own and is_left else ""


def _own_link(own: re.Match[str], settings: Settings) -> str:
    return f"{settings.address}/{own[1]}s/{secret_of(settings.secret_key, own[1], int(own[2]))}"
