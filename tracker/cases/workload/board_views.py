"""The team's board: who has what, moving a case to somebody else, and evening out."""

from collections.abc import Sequence
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from ...calls.as_of import as_of
from ...calls.filters import number_of, one_of
from ...errors import Invalid
from ...extensions import db
from ...places.city import the_city
from ...staff.changing import do_or_say_why
from ...staff.current import current_staff
from ...staff.permissions import Permission, requires
from ..assigning import assign_case
from ..blueprint import blueprint
from ..choices import center_choices
from ..contacts import Load, contact_of, find_contact, team_loads
from ..listing import load_shown
from ..models import Contact, SaraPhase
from ..next_steps import city_today
from ..sara.phase_steps import earlier_phases
from ..sara.phases import change_phase
from ..touching import find_case, require_version
from .balance import Move, suggest_moves
from .board import board_by_contact, board_by_phase, carriers_of, late_tasks, movable_cases
from .bulk import assign_each, do_for_each
from .bulk_views import say_counts
from .forms import EvenOutForm, MoveForm, MovePhaseForm
from .selection import Selected, read_selection

WAYS = {"contact": "By contact", "phase": "By phase"}
_MOVED = "Moved on the team's board."


@blueprint.get("/board")
@requires(Permission.WORK_CASES)
def board() -> ResponseReturnValue:
    """The live cases of one center in columns, by contact or by phase."""
    return _render()


@blueprint.post("/board/move/<public_id>")
@requires(Permission.ASSIGN_CASES)
def move_card(public_id: str) -> ResponseReturnValue:
    """Put a card into another column: the case goes to that contact, or to nobody."""
    form = _move_form()

    def move() -> tuple[str, str]:
        case = find_case(public_id, lock=True)
        require_version(case, form.version.data)
        contact = find_contact(form.contact.data) if form.contact.data else None
        if contact is case.contact:
            raise Invalid("The card is in that column already.")
        if contact is not None and contact.user.disabled_at is not None:
            raise Invalid(f"{contact.user.display_name} works here no longer. Choose another column.")
        assign_case(case, contact=contact, reason=_MOVED, actor=current_staff())
        whom = contact.user.display_name if contact else "nobody: it waits in the queue"
        words = f"{case.address} is now with {whom}."
        address = url_for("cases.board", center=_center(), _anchor=f"card-{case.id}")
        db.session.commit()
        return words, address

    return do_or_say_why(form, move, lambda _: _render(form))


@blueprint.post("/board/phase/<public_id>")
@requires(Permission.WORK_CASES)
def move_phase(public_id: str) -> ResponseReturnValue:
    """Put a card into another phase, by the same rule as on the case's own page."""
    form = MovePhaseForm()

    def move() -> tuple[str, str]:
        case = find_case(public_id, lock=True)
        to = SaraPhase(form.to.data)
        reason, seen = form.reason.data or "", form.version.data
        change_phase(case, to, actor=current_staff(), reason=reason, seen_version=seen)
        words = f"{case.address} is in {to.value} now."
        address = url_for("cases.board", center=_center(), by="phase", _anchor=f"card-{case.id}")
        db.session.commit()
        return words, address

    return do_or_say_why(form, move, lambda _: _render(form, public_id, way="phase"))


@blueprint.post("/board/even-out")
@requires(Permission.ASSIGN_CASES)
def even_out() -> ResponseReturnValue:
    """Agree with one proposed move, or with all of them."""
    form = EvenOutForm()

    def move() -> tuple[str, str]:
        wanted = _wanted(request.form.getlist("move"))
        takers = {one.case_id: find_contact(contact_id) for one, contact_id in wanted}
        change = assign_each(lambda case: takers[case.id], "To even out the load of the team.", current_staff())
        work = do_for_each([one for one, _ in wanted], change, title="Even out the team", actor=current_staff(),
                           key=form.key.data or "", takers=[one.id for one in takers.values()])  # fmt: skip
        words, address = say_counts(work), url_for("cases.bulk_report", work_id=work.id)
        db.session.commit()
        return words, address

    return do_or_say_why(form, move, lambda _: _render(form))


def _wanted(values: Sequence[str]) -> list[tuple[Selected, int]]:
    """What «12-3-7» asks for: case 12, in the version 3 that was seen, to contact 7."""
    wanted = []
    for value in values:
        case, _, contact = value.rpartition("-")
        for one in read_selection([case]):
            wanted.append((one, number_of(contact) or 0))
    return wanted


def _move_form() -> Any:
    form = MoveForm()
    form.contact.choices = [(0, "Nobody: back to the queue"), *_contact_names()]
    return form


def _contact_names() -> list[tuple[int, str]]:
    return [(load.contact.id, load.contact.user.display_name) for load in _team(_center())]


def _center() -> int:
    """The center that was asked for; else one's own; else the first."""
    known = [number for number, _ in center_choices()]
    asked = number_of(request.values.get("center"))
    own = contact_of(current_staff())
    for center in (asked, own.center_id if own else None):
        if center in known and center is not None:
            return center
    return known[0] if known else 0


def _team(center_id: int) -> list[Load]:
    """The center's contacts; whoever has left stays on the board until her cases are handed over."""
    loads = [load for load in team_loads(city_today(), as_of(the_city())) if load.contact.center_id == center_id]
    return [load for load in loads if load.contact.user.disabled_at is None or load.cases]


def _render(failed: Any = None, failed_card: str = "", *, way: str = "") -> str:
    center, at = _center(), as_of(the_city())
    way = way or one_of(request.values.get("by"), WAYS, "contact")
    team = _team(center)
    moves = suggest_moves(carriers_of(team), movable_cases([load.contact.id for load in team], at))
    return render_template(
        "cases/board.html", center=center, centers=center_choices(), by=way, ways=WAYS, loads=team, failed=failed,
        failed_card=failed_card, earlier=earlier_phases,
        board=board_by_contact(center, team, at) if way == "contact" else board_by_phase(center, at),
        late=late_tasks([load.contact.user_id for load in team], city_today()),
        moves=_shown(moves, {load.contact.id: load.contact for load in team}), form=EvenOutForm(formdata=None),
        today=city_today(),
    )  # fmt: skip


def _shown(moves: Sequence[Move], team: dict[int, Contact]) -> list[dict[str, Any]]:
    cases = {case.id: case for case in load_shown([move.case_id for move in moves])} if moves else {}
    return [
        {"case": cases[move.case_id], "giver": team[move.from_id], "taker": team[move.to_id], "reason": move.reason,
         "value": f"{move.case_id}-{cases[move.case_id].version}-{move.to_id}"}
        for move in moves
    ]  # fmt: skip
