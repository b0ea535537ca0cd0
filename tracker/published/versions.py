"""What an answer to strangers is as of, without making the answer: for `ETag`, so that nothing is sent twice."""

from datetime import timedelta
from hashlib import blake2b

from flask import current_app

from ..clock import EPOCH, utc_now
from ..places.city import the_city
from .facts import current_traces, public_day

_LONGEST = timedelta(minutes=15)
"""The bound for what no entry says, such as masks that became finer by night."""


def version_of(question: str) -> str:
    """Other when anything may have changed that the answer to `question` says; it tells nothing else.

    Changes are said in the activity log. Of its latest entries the numbers are added up, because an entry may be
    committed after one with a larger number.
    """
    traces = current_traces()
    quarter = (utc_now() - EPOCH) // _LONGEST
    facts = f"{traces.marks} {traces.entry} {traces.entries} {public_day(the_city()).toordinal()} {quarter} {question}"
    key = current_app.config["SETTINGS"].secret_key.encode()[:64]
    return blake2b(facts.encode(), key=key, digest_size=12).hexdigest()
