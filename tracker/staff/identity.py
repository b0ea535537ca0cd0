"""How Flask-Login learns who sends a request: from the session row behind the cookie."""

from flask import Request, current_app, g

from .models import User
from .sessions import cookie_name, find_session, touch_session


def load_staff(request: Request) -> User | None:
    """The staff member whose living session the request's cookie names, or None."""
    token = request.cookies.get(cookie_name(current_app.config["SETTINGS"]))
    session = find_session(token) if token else None
    if session is None:
        return None
    g.session_token = token
    touch_session(session)
    return session.user
