"""What systems write: with their key, counted, once, durable before the answer. No cookie is ever looked at."""

from collections.abc import Callable, Sequence

from flask import Response, request
from sqlalchemy.exc import IntegrityError

from ..errors import Forbidden, TooOften, TrackerError
from ..extensions import db
from ..staff.api_keys.models import ApiKey
from ..staff.api_keys.using import use_key
from .arguments import SeveralFaults
from .errors import answer_errors

_BEARER = "bearer "
_TRIES = 2


def sent_fields() -> dict[str, list[str]]:
    """The arguments of this request by name, those of its body before those of its address."""
    names = dict.fromkeys([*request.form, *request.args])
    return {name: [*request.form.getlist(name), *request.args.getlist(name)] for name in names}


def sent_values() -> dict[str, str]:
    """The first of each that is not empty; what is empty was not sent."""
    first = {name: next(filter(str.strip, texts), "") for name, texts in sent_fields().items()}
    return {name: text for name, text in first.items() if text}


def sent_key() -> str:
    """The API key of this request: its argument, or its header."""
    header = request.headers.get("Authorization", "")
    bearer = header[len(_BEARER) :] if header.lower().startswith(_BEARER) else ""
    return sent_values().get("api_key", "").strip() or bearer.strip()


def write_with_key(do: Callable[[ApiKey], Response]) -> Response:
    """Do it and commit. Of what is refused nothing is kept but that the key was used once more.

    The same thing that comes in at the same moment is refused by the database: then it is tried again, and found.
    """
    for left in reversed(range(_TRIES)):
        try:
            response = do(use_key(sent_key()))
            db.session.commit()
            return response
        except IntegrityError:
            db.session.rollback()
            if not left:
                raise
        except TrackerError as refusal:
            db.session.rollback()
            _count_refused()
            return _refuse(refusal)
    raise AssertionError("the last try returns or raises")


def _count_refused() -> None:
    """What is refused is a use of the key too, if there is such a key and its minute is not full anyway."""
    try:
        use_key(sent_key())
    except (Forbidden, TooOften):
        db.session.rollback()
    else:
        db.session.commit()


def _descriptions(refusal: TrackerError) -> Sequence[str]:
    return refusal.faults if isinstance(refusal, SeveralFaults) else [str(refusal)]


def _refuse(refusal: TrackerError) -> Response:
    response = answer_errors(refusal.http_status, _descriptions(refusal))
    if isinstance(refusal, TooOften):
        response.headers["Retry-After"] = str(refusal.seconds)
    return response
