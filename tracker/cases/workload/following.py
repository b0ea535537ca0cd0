"""Following a case without owning it, and being mentioned in one. Verbs flush and never commit."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from ...extensions import db
from ...staff.log import append_log
from ...staff.models import User
from ..models import ProblemCase
from ..touching import touch_case
from .mentions import mentioned_names
from .models import CaseFollower
from .snoozing import keep_asleep

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Mentioned:
    """Who was told because a text names her, and the names that nobody has."""

    told: list[User]
    unknown: list[str]

    def words(self) -> str:
        """What the writer reads about it; empty when nobody was mentioned."""
        told = ", ".join(user.display_name for user in self.told)
        parts = [f"Told: {told}."] if told else []
        if self.unknown:
            names = ", ".join(f"@{name}" for name in self.unknown)
            parts.append(f"Nobody here signs in as {names}; the note is kept as you wrote it.")
        return " ".join(parts)


def follow_case(case: ProblemCase, user: User) -> bool:
    """`user` is told from now on what happens to the case; False when she was already. A sleeping case sleeps on."""
    if db.session.get(CaseFollower, (user.id, case.id)) is not None:
        return False
    before = case.version
    db.session.add(CaseFollower(user_id=user.id, case_id=case.id))
    touch_case(case, user, "followed", f"{user.display_name} follows the case.")
    keep_asleep(case, before)
    return True


def unfollow_case(case: ProblemCase, user: User) -> bool:
    """`user` is told no more; False when she did not follow."""
    row = db.session.get(CaseFollower, (user.id, case.id))
    if row is None:
        return False
    before = case.version
    db.session.delete(row)
    touch_case(case, user, "unfollowed", f"{user.display_name} follows the case no longer.")
    keep_asleep(case, before)
    return True


def mention_people(case: ProblemCase, text: str, actor: User) -> Mentioned:
    """Whoever a note on the case names by «@sign-in name» follows the case from now on, and is told. Flushes.

    The note itself has touched the case; a mention adds an entry per person (`mentioned`, with `user_id`).
    """
    names = mentioned_names(text)
    if not names:
        return Mentioned([], [])
    query = select(User).where(User.sign_in_name.in_(names), User.disabled_at.is_(None)).order_by(User.id)
    told = list(db.session.scalars(query))
    known = {user.sign_in_name for user in told}
    for user in told:
        if db.session.get(CaseFollower, (user.id, case.id)) is None:
            db.session.add(CaseFollower(user_id=user.id, case_id=case.id))
        words = f"{user.display_name} was mentioned and follows the case."
        append_log("case", case.id, "mentioned", words, actor=actor, data={"user_id": user.id})
    db.session.flush()
    return Mentioned(told, [name for name in names if name not in known])


def followers_of(case: ProblemCase) -> Sequence[CaseFollower]:
    """Who follows the case, by name."""
    query = (
        select(CaseFollower).join(CaseFollower.user).options(contains_eager(CaseFollower.user))
        .where(CaseFollower.case_id == case.id).order_by(User.display_name).limit(SHOWN)
    )  # fmt: skip
    return db.session.scalars(query).all()
