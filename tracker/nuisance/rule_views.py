"""Rule sets: the list, beginning one from an example, its draft, and putting it into force by a second person."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from ..extensions import db
from ..places.city import city_today
from ..staff.changing import do_or_say_why, show_what_stands
from ..staff.current import current_staff
from ..staff.log import history_of
from ..staff.permissions import Permission, requires
from .blueprint import blueprint
from .example_rules import example_rules
from .models import RuleSet
from .rule_forms import DraftForm, ForceForm, NewRulesForm, draft_data
from .rule_sets import (
    change_draft,
    create_rule_set,
    get_rule_set,
    list_rule_sets,
    put_in_force,
    terms_of,
    version_on,
)
from .rule_terms import RuleTerms, read_terms
from .rule_text import write_thresholds


@blueprint.app_template_global()
def threshold_lines(terms: RuleTerms) -> list[str]:
    """The thresholds of a rule set in words."""
    return write_thresholds(terms.thresholds, terms.kind).splitlines()


@blueprint.get("/rules")
@requires(Permission.ENFORCE)
def list_rules() -> ResponseReturnValue:
    """All rule sets, what is in force and what is being drafted."""
    today = city_today()
    rows = [(one, version_on(one.versions, today)) for one in list_rule_sets()]
    return render_template("nuisance/rules.html", rows=rows, terms_of=terms_of)


@blueprint.route("/rules/new", methods=["GET", "POST"])
@requires(Permission.ENFORCE)
def add_rules() -> ResponseReturnValue:
    """Begin a rule set from an example."""
    examples = example_rules()
    form = NewRulesForm()
    form.example.choices = [SelectChoice(code, one.name) for code, one in examples.items()]

    def create() -> tuple[str, str]:
        example = examples[form.example.data]
        made = create_rule_set(form.name.data, example.note, example.terms, current_staff(), key=form.key.data)
        address = url_for("nuisance.edit_draft", rule_set_id=made.id)
        db.session.commit()
        return "Drafted from the example. Check every line with counsel.", address

    def show(status: int) -> str:
        return render_template("nuisance/rules_new.html", form=form, examples=examples)

    return show(200) if request.method == "GET" else do_or_say_why(form, create, show)


@blueprint.get("/rules/<int:rule_set_id>")
@requires(Permission.ENFORCE)
def show_rules(rule_set_id: int) -> ResponseReturnValue:
    """One rule set: its versions, its draft, and what was done to it."""
    return _page(get_rule_set(rule_set_id), None)


@blueprint.route("/rules/<int:rule_set_id>/draft", methods=["GET", "POST"])
@requires(Permission.ENFORCE)
def edit_draft(rule_set_id: int) -> ResponseReturnValue:
    """Edit the draft, or begin one from what is in force."""
    rule_set = get_rule_set(rule_set_id)
    form = DraftForm(data={"version": str(rule_set.version), "note": rule_set.note})

    def change() -> tuple[str, str]:
        change_draft(rule_set, form.terms, current_staff(), note=form.note.data or "", seen_version=form.seen)
        db.session.commit()
        return "The draft is kept. Another person puts it into force.", url_for(
            "nuisance.show_rules", rule_set_id=rule_set_id
        )

    def show(status: int) -> str:
        standing = get_rule_set(rule_set_id)
        if status == 409:
            form.version.data = str(standing.version)
            show_what_stands(form, {"note": standing.note, **draft_data(_newest_terms(standing))})
        return render_template("nuisance/draft_form.html", form=form, rule_set=standing)

    if request.method == "POST":
        return do_or_say_why(form, change, show)
    form.show(_newest_terms(rule_set))
    return show(200)


@blueprint.post("/rules/<int:rule_set_id>/force")
@requires(Permission.ENFORCE)
def force_rules(rule_set_id: int) -> ResponseReturnValue:
    """Put the draft into force; by another person than who wrote it."""
    rule_set, form = get_rule_set(rule_set_id), ForceForm()

    def force() -> tuple[str, str]:
        put_in_force(
            rule_set, current_staff(), begins=form.begins.data, until=form.until.data, today=city_today(),
            seen_version=form.seen,
        )  # fmt: skip
        db.session.commit()
        return "In force. These words are never changed again; a new version follows them.", url_for(
            "nuisance.show_rules", rule_set_id=rule_set_id
        )

    return do_or_say_why(form, force, lambda _: _page(get_rule_set(rule_set_id), form))


def _newest_terms(rule_set: RuleSet) -> RuleTerms:
    if rule_set.draft is not None:
        return read_terms(rule_set.draft)
    return terms_of(rule_set.versions[-1])


def _page(rule_set: RuleSet, failed: ForceForm | None) -> str:
    today = city_today()
    form = failed or ForceForm(formdata=None, data={"begins": today})
    form.version.data = str(rule_set.version)
    return render_template(
        "nuisance/rule_set.html", rule_set=rule_set, form=form, in_force=version_on(rule_set.versions, today),
        draft=read_terms(rule_set.draft) if rule_set.draft else None, terms_of=terms_of, me=current_staff(),
        history=history_of("rule_set", rule_set.id, limit=40),
    )  # fmt: skip
