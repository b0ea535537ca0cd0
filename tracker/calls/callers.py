"""The people who call: found by phone, made once, changed.

Two rows that are one person: `merging.py`. All verbs flush, none commits.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, bindparam, delete, select, text

from ..batches import insert_rows
from ..errors import Conflict, Invalid, NotFound
from ..extensions import db
from ..formatters import fold
from ..places.city import find_city
from ..staff.log import append_log, history_of
from ..staff.models import User
from ..words import Wanted, words_of
from .models import Caller, CallerWord
from .phones import SHORTEST, read_digits

MOST = 20
"""Callers that one phone number gives at most; a number that more people call from is a switchboard."""
_LONGEST_NAME, _LONGEST_PHONE, _LONGEST_EMAIL = 160, 40, 254
_LONGEST_WISH = 1_000
_LAST = "\U0010ffff"
_AFTER_DIGITS = ":"
"""What comes after 9: the end of everything that begins with some digits."""


def normalize_phone(typed: str) -> str:
    """A phone number's digits, with the prefix of the city's country; raises `Invalid` for letters and the like."""
    return read_digits(typed, prefix=country_prefix())


def country_prefix() -> str:
    """What stands before the numbers of the city's own country."""
    city = find_city()
    return city.phone_prefix if city else "1"


def phone_columns(typed: str, *, prefix: str = "") -> dict[str, str]:
    """The columns of a caller's phone; raises `Invalid` as `normalize_phone` does. `prefix` spares asking for it."""
    digits = read_digits(typed, prefix=prefix or country_prefix())
    return {"phone": typed.strip()[:_LONGEST_PHONE], "phone_digits": digits, "phone_backwards": digits[::-1]}


def find_callers(phone: str, *, limit: int = MOST) -> list[Caller]:
    """Who calls from this number, newest first; of merged rows the one that stands. Nothing typed gives nobody.

    Seven digits without an area code find every number that ends in them.
    """
    digits = normalize_phone(phone)
    if len(digits) == SHORTEST:
        return callers_ending_in(digits, limit=limit)
    return callers_with(digits, limit=limit)


def callers_with(digits: str, *, limit: int = MOST) -> list[Caller]:
    """Callers with exactly these digits, newest first; of merged rows the one that stands."""
    return _standing(Caller.phone_digits == digits, limit) if digits else []


def callers_named(wanted: Wanted, *, limit: int = MOST) -> list[Caller]:
    """Callers whose name holds the words, newest first; of merged rows the one that stands."""
    parts = [CallerWord.word == word for word in wanted.words]
    if wanted.beginning:
        start = wanted.beginning
        parts.append(and_(CallerWord.word >= start, CallerWord.word < start + _LAST))
    query = select(CallerWord.caller_id).where(parts[0])
    for part in parts[1:]:
        query = query.where(CallerWord.caller_id.in_(select(CallerWord.caller_id).where(part)))
    newest = query.distinct().order_by(CallerWord.caller_id.desc()).limit(limit)
    return _standing(Caller.id.in_(newest), limit)


def callers_ending_in(digits: str, *, limit: int = MOST) -> list[Caller]:
    """Callers whose number ends in these digits, newest first; of merged rows the one that stands."""
    if not digits:
        return []
    back = digits[::-1]
    return _standing(and_(Caller.phone_backwards >= back, Caller.phone_backwards < back + _AFTER_DIGITS), limit)


def _standing(condition: ColumnElement[bool], limit: int) -> list[Caller]:
    newest = select(Caller.id).where(condition).order_by(Caller.id.desc()).limit(limit)
    chain = select(Caller.id, Caller.merged_into_id).where(Caller.id.in_(newest)).cte("chain", recursive=True)
    chain = chain.union(
        select(Caller.id, Caller.merged_into_id).join(chain, Caller.id == chain.c.merged_into_id)
    )  # fmt: skip
    ends = select(chain.c.id).where(chain.c.merged_into_id.is_(None))
    return list(db.session.scalars(select(Caller).where(Caller.id.in_(ends)).order_by(Caller.id.desc())))


def standing_caller(caller: Caller) -> Caller:
    """The row that stands for the person: her own, or the one that hers was merged into."""
    return caller if caller.merged_into_id is None else _standing(Caller.id == caller.id, 1)[0]


def get_caller(caller_id: int, *, lock: bool = False) -> Caller:
    """The caller with this number, merged or not; raises `NotFound`."""
    caller = db.session.get(Caller, caller_id, with_for_update=lock, populate_existing=lock)
    if caller is None:
        raise NotFound(f"There is no caller {caller_id}. Search for the name or the phone number.")
    return caller


def find_or_make_caller(name: str, phone: str, email: str = "", language: str = "en") -> Caller:
    """The caller that these words mean, made if nobody is known by them. Flushes.

    One phone and one name, or one phone without a name on either side, are one person; two names at one phone are two
    people (a household, a school). Without a phone the mail address decides; a name alone is never enough.
    """
    name, email = _one_line(name, _LONGEST_NAME, "name"), _one_line(email, _LONGEST_EMAIL, "mail address")
    columns = phone_columns(phone)
    if not (name or email or columns["phone_digits"]):
        raise Invalid("Give a name, a phone number or a mail address; without any of them the call has no caller.")
    known = choose_caller(_known(columns["phone_digits"], email), name)
    if known is None:
        known = Caller(name=name, email=email, language=language, **columns)
        db.session.add(known)
        write_name_words(known)
        append_log("caller", known.id, "recorded", "First known.")
    else:
        _fill_gaps(known, name=name, email=email)
    db.session.flush()
    return known


def _known(digits: str, email: str) -> list[Caller]:
    if digits:
        return callers_with(digits)
    return _standing(Caller.email == email, MOST) if email else []


def choose_caller(known: Sequence[Caller], name: str) -> Caller | None:
    """Of the people at one number the one of this name; of those without a name the first."""
    named = [one for one in known if fold(one.name) == fold(name)]
    if named:
        return named[0]
    if not name:
        return known[0] if len(known) == 1 else None
    return next((one for one in known if not one.name), None)


def _fill_gaps(caller: Caller, *, name: str, email: str) -> None:
    gaps = {"name": name if not caller.name else "", "email": email if not caller.email else ""}
    filled = [what for what, value in gaps.items() if value]
    if not filled:
        return
    for what in filled:
        setattr(caller, what, gaps[what])
    write_name_words(caller)
    append_log("caller", caller.id, "completed", f"Added: {', '.join(filled)}.")


def change_caller(caller: Caller, *, name: str, phone: str, email: str, language: str, actor: User) -> None:
    """Correct who somebody is. Flushes."""
    require_standing(caller)
    changes = {
        "name": _one_line(name, _LONGEST_NAME, "name"), "email": _one_line(email, _LONGEST_EMAIL, "mail address"),
        "language": language, **phone_columns(phone),
    }  # fmt: skip
    if not (changes["name"] or changes["email"] or changes["phone_digits"]):
        raise Invalid("A caller needs a name, a phone number or a mail address.")
    changed = [what for what, value in changes.items() if getattr(caller, what) != value]
    for what in changed:
        setattr(caller, what, changes[what])
    write_name_words(caller)
    told = [what for what in changed if not what.startswith("phone_")]
    if told:
        append_log("caller", caller.id, "changed", f"Changed: {', '.join(told)}.", actor=actor)
    db.session.flush()


def wish_call_back(caller: Caller, wish: str, *, actor: User) -> None:
    """Note when and about what she wants to be called back; "" when that is done. Flushes."""
    require_standing(caller)
    caller.wants_call_back = wish.strip()[:_LONGEST_WISH]
    done = "Called back, or no longer wanted."
    said = f"Wants a call back: {caller.wants_call_back}" if caller.wants_call_back else done
    append_log("caller", caller.id, "call_back", said, actor=actor)
    db.session.flush()


def add_caller_note(caller: Caller, note: str, *, actor: User, key: str = "") -> None:
    """Something worth knowing when she calls again; of two with the same `key` the second is passed over. Flushes."""
    if not note.strip():
        raise Invalid("The note is empty; write something first.")
    if key and any((entry.data or {}).get("key") == key for entry in history_of("caller", caller.id)):
        return
    append_log("caller", caller.id, "noted", note.strip(), actor=actor, data={"key": key} if key else None)
    db.session.flush()


def waiting_for_call_back(*, limit: int) -> list[Caller]:
    """Callers who want to be called back, newest first."""
    is_waiting = (text("wants_call_back <> ''"), Caller.merged_into_id.is_(None))
    return list(db.session.scalars(select(Caller).where(*is_waiting).order_by(Caller.id.desc()).limit(limit)))


_FORGET_WORDS = delete(CallerWord).where(CallerWord.caller_id == bindparam("of"))


def write_name_words(caller: Caller) -> None:
    """Bring the words by which a caller is found in step with her name. Flushes."""
    db.session.flush()
    db.session.connection().execute(_FORGET_WORDS, {"of": caller.id})
    insert_rows(CallerWord.__table__, [{"caller_id": caller.id, "word": word} for word in set(words_of(caller.name))])


def require_standing(caller: Caller) -> None:
    """Raise `Conflict` when the row was merged into another."""
    if caller.merged_into_id is not None:
        raise Conflict("Somebody merged this caller into another meanwhile. Go on with the one that stands.")


def _one_line(typed: str, longest: int, what: str) -> str:
    line = " ".join(typed.split())
    if len(line) > longest:
        raise Invalid(f"The {what} is longer than {longest} characters; shorten it.")
    return line
