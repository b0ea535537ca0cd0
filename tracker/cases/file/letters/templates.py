"""The city's letter templates: added, changed, retired, and a few to start from."""

import tomllib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from ....clock import utc_now
from ....errors import Conflict, Invalid, NotFound
from ....extensions import db
from ....staff.log import append_log
from ....staff.models import User
from .merging import check_fields
from .models import LetterTemplate

SHOWN = 200
_STARTERS = Path(__file__).with_name("starters.toml")


@dataclass(frozen=True, slots=True)
class TemplateEntry:
    """What a form, or the file of starters, says of a template."""

    code: str
    name: str
    subject_en: str
    body_en: str
    subject_es: str = ""
    body_es: str = ""


def list_templates(*, retired: bool = True) -> Sequence[LetterTemplate]:
    """The templates by name, those in use first; without the retired ones where a letter is written."""
    query = select(LetterTemplate).order_by(LetterTemplate.retired_at.is_not(None), LetterTemplate.name)
    if not retired:
        query = query.where(LetterTemplate.retired_at.is_(None))
    return db.session.scalars(query.limit(SHOWN)).all()


def find_template(code: str, *, lock: bool = False) -> LetterTemplate:
    """The template with this code; raises `NotFound`. `lock` holds it, so that of two changes one is the later."""
    query = select(LetterTemplate).where(LetterTemplate.code == code)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    template = db.session.scalars(query).first()
    if template is None:
        raise NotFound("There is no such letter template. Look at the list of templates.")
    return template


def add_template(entry: TemplateEntry, *, actor: User) -> LetterTemplate:
    """Add a template; raises `Conflict` for a code that is taken and `Invalid` for a field that there is not."""
    _check(entry)
    template = LetterTemplate(**asdict(entry))
    try:
        with db.session.begin_nested():  # of two who add it at once, the second waits here and is told
            db.session.add(template)
    except IntegrityError as error:
        words = f"The code {entry.code} is taken. Choose another one, or change that template."
        raise Conflict(words) from error
    append_log("letter_template", template.id, "added", f"Added: {template.name}.", actor=actor)
    return template


def change_template(template: LetterTemplate, entry: TemplateEntry, *, actor: User, seen_version: int) -> bool:
    """Change a template's words; False when nothing is different. Letters that were made of it stay as they are.

    Raises `Conflict` when somebody else changed it since `seen_version`.
    """
    _require_version(template, seen_version)
    _check(entry)
    changes = {name: value for name, value in asdict(entry).items() if getattr(template, name) != value}
    if not changes:
        return False
    before = {name: getattr(template, name) for name in changes}
    for name, value in changes.items():
        setattr(template, name, value)
    _mark(template)
    words = f"Version {template.version}: {', '.join(changes)} changed."
    append_log("letter_template", template.id, "changed", words, actor=actor, data={"before": before})
    return True


def retire_template(template: LetterTemplate, *, actor: User, seen_version: int) -> None:
    """Make no more letters of it, or make them again."""
    _require_version(template, seen_version)
    template.retired_at = None if template.retired_at else utc_now()
    _mark(template)
    words = "Retired: no new letters are made of it." if template.retired_at else "Taken into use again."
    append_log("letter_template", template.id, "retired", words, actor=actor)


def add_starters(*, actor: User) -> int:
    """Add the starter templates whose code is still free; how many that were. Somebody else may add them meanwhile."""
    known = set(db.session.scalars(select(LetterTemplate.code)))
    return sum(_add_if_free(entry, actor) for entry in starters() if entry.code not in known)


def starters() -> list[TemplateEntry]:
    """The templates that come with the program."""
    rows = tomllib.loads(_STARTERS.read_text("utf-8"))["templates"]
    return [TemplateEntry(**{name: value.strip() for name, value in row.items()}) for row in rows]


def _add_if_free(entry: TemplateEntry, actor: User) -> bool:
    try:
        add_template(entry, actor=actor)
    except Conflict:
        return False
    return True


def _check(entry: TemplateEntry) -> None:
    if entry.body_es and not entry.subject_es:
        raise Invalid("The Spanish letter has no subject. Write one in Spanish, or leave the Spanish text out.")
    for text in (entry.subject_en, entry.body_en, entry.subject_es, entry.body_es):
        check_fields(text)


def _require_version(template: LetterTemplate, seen_version: int) -> None:
    if seen_version != template.version:
        raise Conflict("Somebody changed this template meanwhile. What stands now is said at each field.")


def _mark(template: LetterTemplate) -> None:
    template.version += 1
    template.changed_at = utc_now()
    db.session.flush()
