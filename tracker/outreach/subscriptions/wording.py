"""A subscription and its news in words, in the language that is in force."""

import json
from collections.abc import Sequence

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from ...published.event_facts import TITLES, PublicEvent
from ...published.words import say_day, say_label
from .models import Rhythm, Subscription, SubscriptionKind, Way

RHYTHMS = {
    Rhythm.AT_ONCE: _l("At once"),
    Rhythm.DAILY: _l("Once a day"),
    Rhythm.WEEKLY: _l("Once a week, on Mondays"),
}
WAYS = {Way.MAIL: _l("Mail"), Way.TEXT: _l("Text message"), Way.WEBHOOK: _l("Webhook")}
LISTED = 30
"""Events that one mail tells; of more it says how many they are."""


def describe(subscription: Subscription) -> str:
    """«500 meters around the 100 block of Elm St, only Dark streets»."""
    what = _what(subscription)
    if subscription.family is not None:
        return str(gettext("%(what)s, only %(family)s", what=what, family=subscription.family.name))
    return what


def _what(subscription: Subscription) -> str:
    label = say_label(subscription.label)
    if subscription.kind is SubscriptionKind.CIRCLE:
        return str(gettext("%(meters)s meters around %(place)s", meters=subscription.radius_m, place=label))
    if subscription.kind is SubscriptionKind.CASE:
        return str(gettext("the case %(case)s", case=label))
    if subscription.kind is SubscriptionKind.REPORT:
        return str(gettext("the report %(number)s", number=label))
    return label or str(gettext("the whole city"))


def write_mail(subscription: Subscription, events: Sequence[PublicEvent], address: str, own: str) -> tuple[str, str]:
    """Subject and text of a mail about events; `address` is where we are found, `own` its own link."""
    first = events[0]
    if len(events) == 1:
        subject = f"{TITLES[first.kind]}: {_where(first)}"
    else:
        subject = str(gettext("%(count)s news of %(what)s", count=len(events), what=describe(subscription)))
    parts = [
        "\n".join(filter(None, (f"{say_day(event.day)} · {TITLES[event.kind]}", _where(event), event.text,
                                _case_link(event, address))))
        for event in events[:LISTED]
    ]  # fmt: skip
    if len(events) > LISTED:
        parts.append(str(gettext("And %(count)s more: see the map.", count=len(events) - LISTED)))
    if own:
        parts.append(str(gettext("You asked for news of %(what)s. Change or leave: %(link)s",
                                 what=describe(subscription), link=own)))  # fmt: skip
    return subject, "\n\n".join(parts) + "\n"


def write_text(subscription: Subscription, events: Sequence[PublicEvent], city: str, address: str, own: str) -> str:
    """A text message about events, short: the first of them, and how many more there are."""
    first, more = events[0], len(events) - 1
    told = f"{city}: {TITLES[first.kind]}: {_where(first)}. {_case_link(first, address)}".strip()
    if more:
        told += " " + str(gettext("And %(count)s more.", count=more))
    return told + (" " + str(gettext("Leave: %(link)s", link=own)) if own else "")


def write_hook(events: Sequence[PublicEvent], address: str, own: str) -> str:
    """What another system is sent about events."""
    told = [
        {
            "id": event.key, "kind": event.kind.value, "day": event.day.isoformat(), "title": str(TITLES[event.kind]),
            "text": event.text, "case": event.case_number, "family": event.family_code, "place": event.label,
            "lat": event.lat, "long": event.long, "link": _case_link(event, address),
        }
        for event in events
    ]  # fmt: skip
    return json.dumps({"events": told, "manage": own}, ensure_ascii=False)


def _where(event: PublicEvent) -> str:
    return f"{event.family_name}, {say_label(event.label)}"


def _case_link(event: PublicEvent, address: str) -> str:
    return f"{address}/cases/{event.case_number}" if address else ""
