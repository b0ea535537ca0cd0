"""Official messages: what is to be said now, writing and changing one, withdrawing it and putting it back."""

from collections.abc import Callable
from datetime import datetime, timedelta

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from ..clock import from_local, utc_now
from ..extensions import db
from ..identifiers import read_number
from ..places.city import city_zone, the_city
from ..staff.changing import do_or_say_why, show_what_stands
from ..staff.current import current_staff
from ..staff.log import history_of
from ..staff.models import User
from ..staff.permissions import Permission, requires
from .blueprint import blueprint
from .forms import MessageForm, StandForm
from .messages import (
    MessageEntry,
    change_message,
    coming_messages,
    current_messages,
    get_message,
    hold_message,
    message_mark,
    past_messages,
    restore_message,
    withdraw_message,
    write_message,
)
from .models import Audience, OfficialMessage

_USUAL = timedelta(days=1)


@blueprint.get("/messages")
@requires(Permission.SEE_CASES)
def list_messages() -> ResponseReturnValue:
    """What is to be said now, what comes, and what was said before."""
    now = utc_now()
    past = db.paginate(past_messages(now), page=request.args.get("page", 1, read_number), per_page=20, error_out=False)
    return render_template(
        "outreach/messages.html", current=current_messages(now), coming=coming_messages(now), past=past
    )


@blueprint.route("/messages/new", methods=["GET", "POST"])
@requires(Permission.WRITE_MESSAGES)
def add_message() -> ResponseReturnValue:
    """Write a message; by default from now for a day."""
    now = _local(utc_now())
    form = MessageForm(data={"starts_at": now, "ends_at": now + _USUAL})

    def write() -> tuple[str, str]:
        message = write_message(_entry(form), current_staff(), key=form.key.data or "")
        address = url_for("outreach.show_message", message_id=message.id)
        db.session.commit()
        return "The message was written.", address

    if request.method == "GET":
        return _form_page(form, None)
    return do_or_say_why(form, write, lambda _: _form_page(form, None))


@blueprint.get("/messages/<int:message_id>")
@requires(Permission.SEE_CASES)
def show_message(message_id: int) -> ResponseReturnValue:
    """One message and its history."""
    return _page(get_message(message_id), StandForm())


@blueprint.route("/messages/<int:message_id>/edit", methods=["GET", "POST"])
@requires(Permission.WRITE_MESSAGES)
def edit_message(message_id: int) -> ResponseReturnValue:
    """Change a message, unless somebody else just did."""
    message = get_message(message_id)
    form = MessageForm(data=_entry_data(message))

    def change() -> tuple[str, str]:
        hold_message(message, form.seen.data or "")
        change_message(message, _entry(form), current_staff())
        db.session.commit()
        return "The message was changed.", url_for("outreach.show_message", message_id=message_id)

    def show(status: int) -> str:
        if status == 409:
            show_what_stands(form, _entry_data(get_message(message_id)))
        return _form_page(form, get_message(message_id))

    return show(200) if request.method == "GET" else do_or_say_why(form, change, show)


@blueprint.post("/messages/<int:message_id>/withdraw")
@requires(Permission.WRITE_MESSAGES)
def withdraw(message_id: int) -> ResponseReturnValue:
    """Let nobody say it any more."""
    return _stand(message_id, withdraw_message, "The message is withdrawn. You can put it back.")


@blueprint.post("/messages/<int:message_id>/restore")
@requires(Permission.WRITE_MESSAGES)
def restore(message_id: int) -> ResponseReturnValue:
    """Put a withdrawn message back."""
    return _stand(message_id, restore_message, "The message stands again.")


def _stand(message_id: int, change: Callable[[OfficialMessage, User], None], done: str) -> ResponseReturnValue:
    message, form = get_message(message_id), StandForm()

    def apply() -> tuple[str, str]:
        hold_message(message, form.seen.data or "")
        change(message, current_staff())
        db.session.commit()
        return done, url_for("outreach.show_message", message_id=message_id)

    return do_or_say_why(form, apply, lambda _: _page(get_message(message_id), form))


def _page(message: OfficialMessage, form: StandForm) -> str:
    return render_template(
        "outreach/message.html",
        message=message,
        now=utc_now(),
        form=form,
        seen=message_mark(message),
        history=history_of("message", message.id),
    )


def _form_page(form: MessageForm, message: OfficialMessage | None) -> str:
    return render_template("outreach/message_form.html", form=form, message=message)


def _local(instant: datetime) -> datetime:
    """The city's clock reading, to the minute, as a form shows it."""
    return instant.astimezone(city_zone(the_city())).replace(tzinfo=None, second=0, microsecond=0)


def _entry(form: MessageForm) -> MessageEntry:
    zone = city_zone(the_city())
    return MessageEntry(
        title=form.title.data,
        text_en=form.text_en.data,
        text_es=form.text_es.data or "",
        starts_at=from_local(form.starts_at.data, zone),
        ends_at=from_local(form.ends_at.data, zone),
        audience=Audience(form.audience.data),
    )


def _entry_data(message: OfficialMessage) -> dict[str, object]:
    """What the form shows of a message before it is changed."""
    words = {name: getattr(message, name) for name in ("title", "text_en", "text_es")}
    times = {"starts_at": _local(message.starts_at), "ends_at": _local(message.ends_at)}
    return words | times | {"audience": message.audience.value, "seen": message_mark(message)}
