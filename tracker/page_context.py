"""What every template may use without being handed it: the city, the menus, the person, addresses of the same page."""

from collections.abc import Callable, MutableMapping
from datetime import datetime
from functools import lru_cache
from types import NoneType
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, current_app, g, has_request_context, request, url_for
from flask.templating import Environment
from flask_babel import get_locale

from .calls.as_of import as_of
from .formatters import show_hidden
from .languages import LANGUAGES
from .places.city import city_zone, find_city
from .staff.current import current_role, find_current_staff
from .staff.navigation import PUBLIC, STAFF, Entry, Group, in_groups, visible_entries
from .staff.permissions import Permission, may


def page_url(**changes: Any) -> str:
    """The address of the present page with some query values changed, to sort, filter and page; None removes one."""
    values = {**request.args.to_dict(flat=False), **(request.view_args or {}), **changes}
    return url_for(request.endpoint or "", **{name: value for name, value in values.items() if value is not None})


def _quick_url_for(app: Flask) -> Callable[..., str]:
    """`url_for` that remembers: a page asks it forty times, and of most addresses nothing ever changes.

    While the program is worked on, files change, so their addresses are made anew then.
    """
    remembered = lru_cache(maxsize=5_000)(lambda root, endpoint, values: url_for(endpoint, **dict(values)))

    def quick_url_for(endpoint: str, **values: Any) -> str:
        plain = type(endpoint) is str and endpoint[:1] != "." and has_request_context()
        changes = app.debug and endpoint.endswith(("static", "joined"))
        if not plain or changes or not all(map(_is_plain, values.items())):
            return url_for(endpoint, **values)
        return str(remembered(request.script_root, endpoint, tuple(values.items())))

    return quick_url_for


def _is_plain(pair: tuple[str, Any]) -> bool:
    """Of a few kinds, and no `_external` or `_anchor`: what stands in an address as it is, and can be compared."""
    return pair[0][0] != "_" and type(pair[1]) in (str, int, NoneType)


class SharedGlobals(Environment):
    """Flask's, whose templates share what is global as it stands: nothing of ours is global to one template only.

    Jinja puts a layer of its own before it for each template, through which a page looks a thousand times.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The environment's own, for a template that adds nothing."""
        return super().make_globals(d) if d else self.globals


def endpoint_exists(endpoint: str) -> bool:
    """Whether a page exists in this installation, so that a template may link to it."""
    return endpoint in current_app.view_functions


def staff_menu() -> list[Group]:
    """The staff menu of the signed-in person; empty for residents."""
    return in_groups(visible_entries(STAFF, current_role(), current_app.view_functions))


def public_menu() -> list[Entry]:
    """The residents' menu."""
    return visible_entries(PUBLIC, None, current_app.view_functions)


def i_may(permission: str) -> bool:
    """Whether the person who looks at the page may do something: `{% if i_may("link_calls") %}`."""
    return may(current_role(), Permission(permission))


def _page_zone() -> ZoneInfo:
    """The city's time zone, looked up once a request."""
    if "page_zone" not in g:
        city = find_city()
        g.page_zone = city_zone(city) if city else ZoneInfo("UTC")
    zone: ZoneInfo = g.page_zone
    return zone


def local_day(instant: datetime | None) -> str:
    """The date on the city's clocks, «31 Dec 2011»; nothing for no instant."""
    return "" if instant is None else f"{instant.astimezone(_page_zone()):%-d %b %Y}"


def local_minute(instant: datetime | None) -> str:
    """Date and time on the city's clocks, «31 Dec 2011, 17:05»; nothing for no instant."""
    return "" if instant is None else f"{instant.astimezone(_page_zone()):%-d %b %Y, %H:%M}"


def as_of_line() -> str:
    """«As of 31 Dec 2011»: which instant every count and queue of this page means; nothing before a city is loaded."""
    city = find_city()
    if city is None:
        return ""
    return "As of now" if city.is_live else f"As of {local_day(as_of(city))}"


def _page_language() -> str:
    locale = get_locale()
    return locale.language if locale else "en"


def _shown(value: Any) -> Any:
    """What a template writes of a value: text without hidden characters. Markup, as of a field, is left alone."""
    return show_hidden(value) if type(value) is str else value


def provide_context(app: Flask) -> None:
    """Make the functions above known to every template and macro of `app`."""
    app.jinja_env.globals.update(
        page_url=page_url,
        endpoint_exists=endpoint_exists,
        staff_menu=staff_menu,
        public_menu=public_menu,
        i_may=i_may,
        find_staff=find_current_staff,
        find_city=find_city,
        page_language=_page_language,
        as_of_line=as_of_line,
        LANGUAGES=LANGUAGES,
        url_for=_quick_url_for(app),
    )
    app.jinja_env.filters.update(local_day=local_day, local_minute=local_minute)
    app.jinja_env.finalize = _shown
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
