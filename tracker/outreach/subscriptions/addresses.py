"""Where news may be sent to: one mail address, one phone number, or one https address of another system. Pure."""

import re
from urllib.parse import urlsplit

from flask_babel import gettext

from ...errors import Invalid
from ...scheduling.appointments.contacting import dialed
from ..mail import one_address
from .models import Way

LONGEST_MAIL, LONGEST_HOOK = 254, 240
HTTPS_PORT = 443
_ODD = re.compile(r"[\s\\<>\"]")
_HOST = re.compile(r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")


def read_address(way: Way, typed: str, phone_prefix: str) -> str:
    """The address as it is kept; raises `Invalid`, in words, for what is none or might reach somebody else."""
    typed = typed.strip()
    if way is Way.MAIL:
        return _read_mail(typed)
    if way is Way.TEXT:
        number = dialed(typed, phone_prefix)
        if not number:
            raise Invalid(str(gettext("This is no whole phone number. Write it with its area code.")))
        return number
    hook = clean_hook(typed)
    if not hook:
        raise Invalid(str(gettext("This is no address that we can send to. Write https:// and a public name.")))
    return hook


def _read_mail(typed: str) -> str:
    problem = str(gettext("This is no mail address. Write it as name@example.org."))
    try:
        address = one_address(typed)
    except Invalid as why:
        raise Invalid(problem) from why
    if len(typed) > LONGEST_MAIL or "." not in address.domain:
        raise Invalid(problem)
    return f"{address.username}@{address.domain.lower()}" if typed.count("@") == 1 else typed


def clean_hook(typed: str) -> str:
    """The address of another system: https under a name, with no account and no port of its own in it; empty for any
    other."""
    if len(typed) > LONGEST_HOOK or not typed.isascii() or not typed.isprintable() or _ODD.search(typed):
        return ""
    try:
        parts = urlsplit(typed)
        port = parts.port
    except ValueError:
        return ""
    host = parts.hostname or ""
    if parts.scheme.lower() != "https" or port not in (None, HTTPS_PORT) or "@" in parts.netloc:
        return ""
    if not _HOST.fullmatch(host) or parts.fragment:
        return ""
    return f"https://{host}{parts.path or '/'}{'?' + parts.query if parts.query else ''}"


def counted_as(way: Way, address: str) -> str:
    """By what questions are counted: a mail address in whatever letters it is written, another system by its host."""
    if way is Way.WEBHOOK:
        return urlsplit(address).hostname or ""
    return address.casefold()[:LONGEST_MAIL]
