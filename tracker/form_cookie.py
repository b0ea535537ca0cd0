"""The signed cookie of forms and messages, which most requests neither bring nor need: they do not pay for it."""

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin


class FormCookie(SecureCookieSessionInterface):
    """Flask's own, which otherwise readies its signature, and looks its settings up, for every request."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """An empty one for who brings no cookie."""
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Nothing where nothing looked at it: then it has not changed, and the answer does not depend on it."""
        if session.accessed or session.modified:
            super().save_session(app, session, response)
