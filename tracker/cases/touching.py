"""A person changes a case: once, against the version she saw, and said in the log."""

from sqlalchemy import select

from ..errors import Conflict, NotFound
from ..extensions import db
from ..identifiers import read_identifier
from ..staff.log import append_log
from ..staff.models import User
from .models import ProblemCase


def find_case(public_id: str, *, lock: bool = False) -> ProblemCase:
    """The case with this number, however it was typed; `lock` holds its row until the transaction ends."""
    query = select(ProblemCase).where(ProblemCase.public_id == read_identifier(public_id))
    case = db.session.scalars(query.with_for_update(of=ProblemCase) if lock else query).first()
    if case is None:
        raise NotFound(f"There is no case {public_id[:40]}. Look it up in the case list by its address.")
    return case


def touch_case(
    case: ProblemCase, actor: User, verb: str, text: str, *, seen_version: int | None = None, is_public: bool = False
) -> None:
    """Mark a change by a person; raises `Conflict` when somebody else changed the case since `seen_version`."""
    if seen_version is not None and seen_version != case.version:
        raise Conflict("Somebody changed this case while you were at it. Look at what it says now, then do it again.")
    case.version += 1
    case.is_touched = True
    append_log("case", case.id, verb, text, actor=actor, is_public=is_public)
    db.session.flush()
