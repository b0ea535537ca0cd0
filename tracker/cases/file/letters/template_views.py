"""Pages of the city's letter templates."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ....calls.filters import number_of
from ....extensions import db
from ....formatters import plural
from ....staff.changing import do_or_say_why, show_what_stands
from ....staff.current import current_staff
from ....staff.log import history_of
from ....staff.permissions import Permission, requires
from ...blueprint import blueprint
from .forms import NewTemplateForm, TemplateForm
from .merging import FIELDS
from .models import LetterTemplate
from .templates import (
    TemplateEntry,
    add_starters,
    add_template,
    change_template,
    find_template,
    list_templates,
    retire_template,
    starters,
)

_WORDS = ("name", "subject_en", "body_en", "subject_es", "body_es")


@blueprint.get("/letter-templates")
@requires(Permission.SET_RULES)
def letter_templates() -> ResponseReturnValue:
    """Every template, and the button that takes over the starters."""
    templates = list_templates()
    codes = {template.code for template in templates}
    missing = [entry for entry in starters() if entry.code not in codes]
    return render_template("cases/file/templates.html", templates=templates, missing=missing)


@blueprint.post("/letter-templates/starters")
@requires(Permission.SET_RULES)
def take_over_starters() -> ResponseReturnValue:
    """Add the starters that are not there yet."""
    added = add_starters(actor=current_staff())
    db.session.commit()
    flash(f"{plural(added, 'template')} added. Read them: they speak for your city now.", "success")
    return redirect(url_for("cases.letter_templates"))


@blueprint.route("/letter-templates/new", methods=["GET", "POST"])
@requires(Permission.SET_RULES)
def new_letter_template() -> ResponseReturnValue:
    """Add a template."""
    form = NewTemplateForm()

    def add() -> tuple[str, str]:
        add_template(_entry(form, form.code.data), actor=current_staff())
        db.session.commit()
        return "The template was added.", url_for("cases.letter_templates")

    if request.method == "GET":
        return _form_page(form, None)
    return do_or_say_why(form, add, lambda _: _form_page(form, None))


@blueprint.route("/letter-templates/<code>", methods=["GET", "POST"])
@requires(Permission.SET_RULES)
def change_letter_template(code: str) -> ResponseReturnValue:
    """Change a template, unless somebody else just did; the button «retire» takes it out of use, or back into it."""
    template = find_template(code, lock=request.method == "POST")
    form = TemplateForm(data=_standing(template))

    def change() -> tuple[str, str]:
        seen = number_of(form.seen.data) or 0
        done = "Nothing was different."
        if request.form.get("do") == "retire":
            retire_template(template, actor=current_staff(), seen_version=seen)
            done = "The template is retired." if template.retired_at else "The template is in use again."
        elif change_template(template, _entry(form, code), actor=current_staff(), seen_version=seen):
            done = "The template was changed. Letters that were made of it stay as they are."
        db.session.commit()
        return done, url_for("cases.letter_templates")

    def show(status: int) -> str:
        if status == 409:
            show_what_stands(form, _standing(find_template(code)))
        return _form_page(form, find_template(code))

    return show(200) if request.method == "GET" else do_or_say_why(form, change, show)


def _form_page(form: Any, template: LetterTemplate | None) -> str:
    history = history_of("letter_template", template.id, limit=20) if template else []
    return render_template(
        "cases/file/template_form.html", form=form, template=template, fields=FIELDS, history=history
    )


def _entry(form: Any, code: str) -> TemplateEntry:
    return TemplateEntry(code=code, **{name: form[name].data or "" for name in _WORDS})


def _standing(template: LetterTemplate) -> dict[str, object]:
    """What the form shows of a template before it is changed."""
    return {**{name: getattr(template, name) for name in _WORDS}, "seen": str(template.version)}
