"""The question whether an address wants news, in its language: by mail, by text message, or to another system once."""

import json

from flask_babel import force_locale, gettext

from ...config import Settings
from ...places.city import the_city
from ...secret_links import secret_of
from ..links import own_link_mark
from ..notices import BY_HOOK, BY_TEXT, write_notices
from .models import Subscription, Way
from .wording import describe

PREFIXES = {Way.MAIL: "", Way.TEXT: BY_TEXT, Way.WEBHOOK: BY_HOOK}


def ask_to_confirm(subscription: Subscription, key: str, settings: Settings) -> None:
    """Write the question as a notice. Nothing of what a stranger typed stands in it: only names of ours. Flushes."""
    with force_locale(subscription.language):
        subject, text = _words(subscription, settings)
    write_notices([{"key": key, "address": address_of(subscription), "subject": subject, "text": text}])


def address_of(subscription: Subscription) -> str:
    """Where its notices go."""
    return PREFIXES[subscription.way] + subscription.address


def challenge_of(subscription_id: int, settings: Settings) -> str:
    """What another system has to send back."""
    return secret_of(settings.secret_key, "subscription challenge", subscription_id)


def _words(subscription: Subscription, settings: Settings) -> tuple[str, str]:
    city, link = the_city().name, own_link_mark(settings)
    what = describe(subscription)
    if subscription.way is Way.WEBHOOK:
        question = {"challenge": challenge_of(subscription.id, settings), "about": what, "manage": link}
        return "", json.dumps(question, ensure_ascii=False)
    if subscription.way is Way.TEXT:
        return "", str(gettext("%(city)s: do you want news of %(what)s? Confirm: %(link)s", city=city, what=what,
                               link=link))  # fmt: skip
    subject = gettext("%(city)s: do you want this news?", city=city)
    lines = (
        gettext("Somebody, probably you, asked us to send news to this address about:"), what,
        gettext("If you want it, open this page and press the button:"), link,
        gettext("If not, do nothing. You hear nothing more of us, and in a week we forget your address."), city,
    )  # fmt: skip
    return str(subject), "\n\n".join(str(line) for line in lines) + "\n"
