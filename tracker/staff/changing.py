"""What a form asks for is done once, or its page is shown again with what was typed and why it was refused."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import flash, redirect
from flask.typing import ResponseReturnValue

from ..errors import Conflict, Invalid, NotFound
from ..extensions import db


def do_or_say_why(form: Any, do: Callable[[], tuple[str, str]], show: Callable[[int], str]) -> ResponseReturnValue:
    """Run `do` if the form holds what it must, and go to the address it gives, with its words for what was done.

    `do` commits. When it raises `Invalid`, `Conflict` or `NotFound` nothing is kept, the reason stands on the form, and
    `show` makes the page as it stands now, told the status: 409 where somebody else was first, else 400.
    """
    status = 400
    if form.validate_on_submit():
        try:
            done, address = do()
        except (Invalid, Conflict, NotFound) as error:
            db.session.rollback()
            form.form_errors.append(str(error))
            status = 409 if isinstance(error, Conflict) else 400
        else:
            flash(done, "success")
            return redirect(address)
    return show(status), status


def show_what_stands(form: Any, standing: Mapping[str, object]) -> None:
    """Keep what was typed, say at each field that differs what stands now, and let it be sent again knowing that.

    `standing` is what the form would show of the record now, its mark as `seen` included.
    """
    for name, value in standing.items():
        if name == "seen":
            form.seen.data = value
        elif form[name].data != value and not _same_choices(form[name].data, value):
            labels = {choice.value: choice.label for choice in getattr(form[name], "choices", None) or ()}
            form[name].errors = [f"Now it is: {_in_words(value, labels)}"]


def _same_choices(typed: object, standing: object) -> bool:
    """Of several choices the order says nothing."""
    return isinstance(typed, list) and isinstance(standing, list) and sorted(typed) == sorted(standing)


def _in_words(value: object, labels: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    several = value if isinstance(value, list) else [value]
    return ", ".join(str(labels.get(str(one), one)) for one in several if one or one == 0) or "empty"


def trim(text: str | None) -> str | None:
    """A filter of text fields: no outer blanks, and lines end as ours do."""
    return text and text.replace("\r\n", "\n").strip()
