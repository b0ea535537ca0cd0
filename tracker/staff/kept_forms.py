"""A form that came too late, after its session had ended, is answered with what was typed, ready to be sent again.

The answer goes to the browser that sent it and nothing is stored. Each form carries a token that names, signed by us,
whom it was shown to: only that person may send it again, so nobody signs what somebody else typed or what another
site made up. The token of an ended session lets nothing through; it only says whose text this was. A form with a
password in it is never given back.
"""

import secrets
from dataclasses import dataclass

from flask import current_app, render_template, request, session
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, URLSafeTimedSerializer

from .current import find_current_staff
from .models import User

_FIELD = "csrf_token"
_SALT = "wtf-csrf-token"
"""The salt with which Flask-WTF signs its tokens; a test holds the two together."""
SECRET_FIELDS = frozenset({"password", "present", "again"})
"""Names of password fields; a test holds them against every form of the program."""
_UNSEEN = frozenset({"version", "seen", "key"})
"""Fields that a page fills in by itself."""


@dataclass(frozen=True)
class KeptField:
    """One value of a form, to be sent again."""

    name: str
    value: str

    @property
    def label(self) -> str:
        """The field's name as words: `close-outcome` becomes «Outcome»."""
        return _plain_name(self.name).replace("_", " ").capitalize()

    @property
    def is_text(self) -> bool:
        """Whether it is shown: not what the page itself filled in, nor the number of a choice."""
        return bool(self.value.strip()) and not self.value.isdigit() and _plain_name(self.name) not in _UNSEEN


def _plain_name(name: str) -> str:
    return name.rsplit("-", 1)[-1]


def name_owner(user: User) -> None:
    """Give this browser a new form secret, so that every form it is shown from now on says that `user` saw it."""
    session[_FIELD] = f"{user.id}.{secrets.token_hex(20)}"


def _owner_in(secret: object) -> int | None:
    number, dot, _ = secret.partition(".") if isinstance(secret, str) else ("", "", "")
    return int(number) if dot and number.isdecimal() else None


def _owner_of_form(token: str) -> int | None:
    """Whom the form with this token was shown to; None when nobody was signed in then, or it is no form of ours."""
    signer = URLSafeTimedSerializer(current_app.secret_key or "", salt=_SALT)
    try:
        return _owner_in(signer.loads(token))
    except BadData:
        return None


def _comes_from_elsewhere() -> bool:
    """Whether the browser says that another site sent the form: not even a colleague's token makes it ours."""
    return request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin"


def give_back_form(status: int) -> ResponseReturnValue | None:
    """The page with what was typed, answered with `status`; None when there is nothing that may be given back."""
    token = next((value for name, value in request.form.items() if name.endswith(_FIELD)), "")
    owner, me = _owner_of_form(token), find_current_staff()
    if owner is None or _comes_from_elsewhere() or any(_plain_name(name) in SECRET_FIELDS for name in request.form):
        return None
    fields = [KeptField(name, value) for name, value in request.form.items(multi=True) if not name.endswith(_FIELD)]
    if not any(field.is_text for field in fields):
        return None
    page = render_template(
        "staff/kept_form.html",
        fields=fields,
        token=token,
        me=me,
        is_owner=me is not None and me.id == owner,
        has_files=bool(request.files),
    )
    return page, status
