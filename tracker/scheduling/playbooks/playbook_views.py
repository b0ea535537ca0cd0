"""Playbooks as a city writes them: the list, one playbook with its steps, and every change of it."""

from collections.abc import Callable
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from ...calls.models import Family
from ...cases.response.partners import list_partners
from ...errors import NotFound
from ...extensions import db
from ...identifiers import read_number
from ...staff.changing import do_or_say_why
from ...staff.current import current_staff
from ...staff.log import history_of
from ...staff.models import User
from ...staff.permissions import Permission, requires
from ..blueprint import blueprint
from ..orders.entry import read_needs
from ..queries import known_skills
from .editing import (
    StepEntry,
    add_step,
    change_step,
    find_playbook,
    find_step,
    give_back_playbook,
    list_playbooks,
    move_step,
    remove_step,
    rename_playbook,
    require_playbook_version,
    write_playbook,
)
from .models import Playbook, PlaybookStep
from .playbook_forms import NewPlaybookForm, PlaybookButton, PlaybookForm, make_step_form
from .step_kinds import KINDS, StepKind


@blueprint.get("/playbooks")
@requires(Permission.SET_RULES)
def list_playbooks_page() -> ResponseReturnValue:
    """Every family and what the city usually does about it."""
    return render_template("scheduling/playbooks.html", rows=list_playbooks(), kinds=KINDS)


@blueprint.route("/playbooks/new", methods=["GET", "POST"])
@requires(Permission.SET_RULES)
def new_playbook() -> ResponseReturnValue:
    """Begin a playbook for a family that has none."""
    form = NewPlaybookForm(data={"family": request.args.get("family", 0, read_number)})
    free = [family for family, playbook in list_playbooks() if playbook is None]
    form.family.choices = [SelectChoice(str(family.id), family.name) for family in free]

    def write() -> tuple[str, str]:
        family = db.session.get(Family, form.family.data)
        if family is None:
            raise NotFound("There is no such family. Choose one of the list.")
        playbook = write_playbook(family, form.name.data, current_staff())
        db.session.commit()
        return "Now add its steps.", url_for("scheduling.show_playbook", playbook_id=playbook.id)

    def show(_: int) -> str:
        return render_template("scheduling/playbook_form.html", form=form, playbook=None)

    return show(200) if request.method == "GET" else do_or_say_why(form, write, show)


@blueprint.get("/playbooks/<int:playbook_id>")
@requires(Permission.SET_RULES)
def show_playbook(playbook_id: int) -> ResponseReturnValue:
    """One playbook with its steps in order."""
    return _page(find_playbook(playbook_id))


@blueprint.post("/playbooks/<int:playbook_id>/name")
@requires(Permission.SET_RULES)
def name_playbook(playbook_id: int) -> ResponseReturnValue:
    """Call it something else."""
    form = PlaybookForm()
    return _change(
        playbook_id, form, lambda book, who: rename_playbook(book, form.name.data, who), "It has a new name."
    )


@blueprint.post("/playbooks/<int:playbook_id>/give-back")
@requires(Permission.SET_RULES)
def give_back(playbook_id: int) -> ResponseReturnValue:
    """Let the profile have it again."""
    done = "The next load-city that brings this playbook replaces it."
    return _change(playbook_id, PlaybookButton(), give_back_playbook, done)


@blueprint.post("/playbooks/<int:playbook_id>/steps/<int:step_id>/up")
@requires(Permission.SET_RULES)
def move_step_up(playbook_id: int, step_id: int) -> ResponseReturnValue:
    """Move a step up."""
    return _change(playbook_id, PlaybookButton(), _on_step(step_id, lambda *at: move_step(*at, up=True)), "Moved up.")


@blueprint.post("/playbooks/<int:playbook_id>/steps/<int:step_id>/down")
@requires(Permission.SET_RULES)
def move_step_down(playbook_id: int, step_id: int) -> ResponseReturnValue:
    """Move a step down."""
    change = _on_step(step_id, lambda *at: move_step(*at, up=False))
    return _change(playbook_id, PlaybookButton(), change, "Moved down.")


@blueprint.post("/playbooks/<int:playbook_id>/steps/<int:step_id>/remove")
@requires(Permission.SET_RULES)
def remove_playbook_step(playbook_id: int, step_id: int) -> ResponseReturnValue:
    """Take a step out."""
    return _change(playbook_id, PlaybookButton(), _on_step(step_id, remove_step), "The step is out.")


@blueprint.route("/playbooks/<int:playbook_id>/steps/new/<kind>", methods=["GET", "POST"])
@requires(Permission.SET_RULES)
def add_playbook_step(playbook_id: int, kind: str) -> ResponseReturnValue:
    """Add a step of a kind at the end."""
    if kind not in set(StepKind):
        raise NotFound("There is no such kind of step. Choose one on the playbook's page.")
    return _edit(find_playbook(playbook_id), StepKind(kind), None)


@blueprint.route("/playbooks/<int:playbook_id>/steps/<int:step_id>", methods=["GET", "POST"])
@requires(Permission.SET_RULES)
def edit_playbook_step(playbook_id: int, step_id: int) -> ResponseReturnValue:
    """Change a step."""
    playbook = find_playbook(playbook_id)
    step = find_step(playbook, step_id)
    return _edit(playbook, step.kind, step)


def _on_step(step_id: int, change: Callable[[Playbook, PlaybookStep, User], None]) -> Callable[[Playbook, User], None]:
    return lambda playbook, who: change(playbook, find_step(playbook, step_id), who)


def _change(
    playbook_id: int, form: Any, change: Callable[[Playbook, User], None], done: str
) -> ResponseReturnValue:  # fmt: skip
    """Change the playbook as the person saw it, and show it."""

    def do() -> tuple[str, str]:
        playbook = find_playbook(playbook_id, lock=True)
        require_playbook_version(playbook, form.version.data)
        change(playbook, current_staff())
        db.session.commit()
        return done, url_for("scheduling.show_playbook", playbook_id=playbook_id)

    return do_or_say_why(form, do, lambda _: _page(find_playbook(playbook_id), form))


def _edit(playbook: Playbook, kind: StepKind, step: PlaybookStep | None) -> ResponseReturnValue:
    playbook_id, step_id = playbook.id, step.id if step else None
    form = make_step_form(kind, version=playbook.version, **_standing(step))
    if "partner" in form:
        form.partner.choices = _partner_choices(playbook, step)
    if "after" in form:
        form.after.choices = _first_choices(playbook, step)

    def do() -> tuple[str, str]:
        held = find_playbook(playbook_id, lock=True)
        require_playbook_version(held, form.version.data)
        entry = _entry(kind, form)
        if step_id is None:
            add_step(held, entry, current_staff())
        else:
            change_step(held, find_step(held, step_id), entry, current_staff())
        db.session.commit()
        return "The step is kept.", url_for("scheduling.show_playbook", playbook_id=playbook_id)

    def show(status: int) -> str:
        standing = find_playbook(playbook_id)
        if status == 409:
            form.version.data = standing.version  # she is told, and may send it again
        return render_template(
            "scheduling/playbook_step.html", form=form, playbook=standing, kind=kind, kinds=KINDS,
            is_new=step_id is None, skills=known_skills(),
        )  # fmt: skip

    return show(200) if request.method == "GET" else do_or_say_why(form, do, show)


def _partner_choices(playbook: Playbook, step: PlaybookStep | None) -> list[SelectChoice]:
    """Who can be asked, and whom the step names already, so that no other change of it drops a retired one."""
    choices = [SelectChoice(str(one.id), one.name) for one in list_partners(family_id=playbook.family_id)]
    own = step.partner if step else None
    if own is None or own.retired_at is None:
        return choices
    return [SelectChoice(str(own.id), f"{own.name} (retired)"), *choices]


def _first_choices(playbook: Playbook, step: PlaybookStep | None) -> list[SelectChoice]:
    """The other steps of crews."""
    others = [one for one in playbook.steps if one.kind is StepKind.WORK_ORDER and one is not step]
    named = [SelectChoice(str(one.position), one.title) for one in others]
    return [SelectChoice("0", "Nothing: it waits for no other step"), *named]


def _standing(step: PlaybookStep | None) -> dict[str, object]:
    if step is None:
        return {"due_days": 7, "minutes": 60, "people": 1, "after": 0}
    names = ("title", "due_days", "skill", "minutes", "people", "details")
    more: dict[str, object] = {"template": step.template_code, "partner": step.partner_id}
    more |= {"needs": ", ".join(step.needs), "after": step.after_position or 0}
    return {name: getattr(step, name) for name in names} | more


def _entry(kind: StepKind, form: Any) -> StepEntry:
    sent = form.data
    return StepEntry(
        kind=kind,
        title=sent["title"],
        due_days=sent["due_days"],
        skill=sent.get("skill") or "",
        minutes=sent.get("minutes") or 0,
        details=sent.get("details") or "",
        template=sent.get("template") or "",
        partner_id=sent.get("partner"),
        people=sent.get("people") or 1,
        needs=read_needs(sent.get("needs") or "", sent.get("skill") or ""),
        after=sent.get("after") or None,
    )


def _page(playbook: Playbook, failed: Any = None) -> str:
    name = failed if isinstance(failed, PlaybookForm) else PlaybookForm(None, data={"name": playbook.name})
    return render_template(
        "scheduling/playbook.html", playbook=playbook, form=name, failed=failed, kinds=KINDS,
        history=history_of("playbook", playbook.id, limit=50),
    )  # fmt: skip
