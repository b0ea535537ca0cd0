"""A quiet proof against bots, without third parties, cookies of others, or puzzles: docs/decisions/0038.

Each form carries a signed token with its own random key and the instant at which it was shown. So nobody sends a form
that he was not shown, one showing makes one report, and none that was filled in faster than anybody reads.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from ..clock import EPOCH, utc_now

LEAST_AGE = timedelta(seconds=3)
"""From the first page of the form to its sending."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What a form's token says."""

    key: str
    shown_at: datetime

    @property
    def is_too_young(self) -> bool:
        """Whether nobody could have read the form since it was shown."""
        return utc_now() - self.shown_at < LEAST_AGE


def new_token() -> str:
    """A token for a form that is shown now."""
    return _signer().dumps([secrets.token_urlsafe(12), int((utc_now() - EPOCH).total_seconds())])


def read_token(token: str) -> Proof | None:
    """What a token says; None for one that is not ours."""
    try:
        key, shown = _signer().loads(token)
    except (BadData, ValueError, TypeError):
        return None
    return Proof(str(key), EPOCH + timedelta(seconds=int(shown)))


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SETTINGS"].secret_key, salt="report-form")
