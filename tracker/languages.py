"""The language of a page: English or Spanish for residents, English for staff.

The texts are in `translations/es/LC_MESSAGES/messages.po`. After a change of public texts:
`pybabel extract -F translations/babel.cfg -k _l -o messages.pot .`, `pybabel update -i messages.pot -d translations`,
fill in the new lines, and `pybabel compile -d translations` (which the set-up also does).
"""

from flask import Flask, request
from werkzeug.wrappers import Response

LANGUAGES = {"en": "English", "es": "Español"}
COOKIE = "lang"
_YEAR_S = 365 * 24 * 3600


def get_locale() -> str:
    """`?lang=`, else the choice made earlier, else what the browser asks for, else English; staff pages are English."""
    if request.path.startswith("/staff"):
        return "en"
    for choice in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if choice in LANGUAGES:
            return choice
    return request.accept_languages.best_match(list(LANGUAGES)) or "en"


def _remember_choice(response: Response) -> Response:
    choice = request.args.get("lang")
    is_page = response.mimetype == "text/html"  # a feed that is read in a language is not somebody's choice
    if is_page and choice in LANGUAGES and request.cookies.get(COOKIE) != choice:
        response.set_cookie(COOKIE, choice, max_age=_YEAR_S, secure=request.is_secure, httponly=True, samesite="Lax")
    return response


def remember_language(app: Flask) -> None:
    """Keep a language chosen by link for a year."""
    app.after_request(_remember_choice)
