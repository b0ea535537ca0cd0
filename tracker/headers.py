"""Headers of every answer: nothing from elsewhere, nothing inline, nothing guessed, nothing told to other sites."""

from urllib.parse import urlsplit

from flask import Flask, request
from werkzeug.wrappers import Response

from .config import Settings
from .staff.sessions import cookie_name


def _origin(tile_url: str) -> str:
    """Scheme and host of a tile address; Leaflet's `{s}` stands for a subdomain."""
    parts = urlsplit(tile_url)
    return f"{parts.scheme}://{parts.netloc.replace('{s}', '*')}" if parts.netloc else ""


EMBEDDED = "public.embed"
"""The one page that other sites may show in a frame: those that the city named."""


def content_security_policy(settings: Settings, framed_by: tuple[str, ...] = ()) -> str:
    """Scripts, styles, fonts and data from here only; pictures also from the tile host that the city configured.

    `framed_by` are the sites that may show the page in a frame; by default none may.
    """
    frames = " ".join(framed_by) or "'none'"
    images = " ".join(filter(None, ("'self'", "data:", _origin(settings.tile_url))))
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self'; img-src {images}; font-src 'self'; "
        f"connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors {frames}; object-src 'none'"
    )


def harden_answers(app: Flask) -> None:
    """Add the headers to every answer of `app`. What a signed-in person sees is kept by no cache."""
    settings: Settings = app.config["SETTINGS"]
    fixed = {
        "Content-Security-Policy": content_security_policy(settings),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Permissions-Policy": "geolocation=(self), camera=(), microphone=(), payment=(), usb=()",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    framed = content_security_policy(settings, settings.embed_hosts)
    if settings.https:
        fixed["Strict-Transport-Security"] = "max-age=31536000"

    @app.after_request
    def add_headers(response: Response) -> Response:
        if request.endpoint == EMBEDDED:
            response.headers.setdefault("Content-Security-Policy", framed)
        said = {name.lower() for name, _ in response.headers}
        for name, value in fixed.items():
            if name.lower() not in said:
                response.headers.add(name, value)
        if cookie_name(settings) in request.cookies or request.path.startswith("/staff"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response
