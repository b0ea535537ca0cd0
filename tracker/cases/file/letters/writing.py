"""Letters are merged from a template, kept as they were sent, printed and posted, or handed to outreach for mailing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ....clock import local_date, utc_now
from ....errors import Conflict, Invalid, NotFound
from ....extensions import db
from ....places.city import city_today, city_zone, the_city
from ....staff.models import User
from ...models import ProblemCase
from ...touching import case_with_key, touch_case
from ..people.models import ROLE_LABELS, CaseParticipant
from ..privacy import Privacy
from ..standing import require_own_file
from .merging import merge
from .models import LONGEST_SUBJECT, CaseLetter, LetterChannel, LetterTemplate
from .wording import write_day, write_reports

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a letter is for: somebody of the case's people, or somebody who is only named here."""

    name: str
    address: str = ""
    email: str = ""
    language: str = "en"
    participant: CaseParticipant | None = None


@dataclass(frozen=True, slots=True)
class Wording:
    """What a letter says."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class MailableLetter:
    """A letter as a mail: what the outreach floor needs to send it."""

    letter_id: int
    to_name: str
    to_address: str
    subject: str
    body: str
    language: str


def recipient_of(participant: CaseParticipant) -> Recipient:
    """Somebody of the case's people as the recipient of a letter."""
    both = participant.name and participant.organization
    name = f"{participant.name}, {participant.organization}" if both else participant.called
    return Recipient(name, participant.address, participant.email, participant.language, participant)


def preview_letter(
    case: ProblemCase, template: LetterTemplate, recipient: Recipient, *, due_on: date | None = None
) -> Wording:
    """What the letter would say, in the recipient's language if the template has it; changes nothing.

    Raises `Invalid` when the template wants a field for which nothing is known, saying what to do.
    """
    if template.retired_at is not None:
        raise Invalid(f"No new letters are made of «{template.name}». Choose another template.")
    values = _values(case, recipient, due_on, template.language_for(recipient.language))
    subject, body = template.words_in(recipient.language)
    return Wording(_one_line(merge(subject, values)), merge(body, values))


def fit_subject(text: str) -> str:
    """The subject in one line; raises `Invalid` where the merged one is longer than a letter's head holds."""
    subject = _one_line(text)
    if len(subject) > LONGEST_SUBJECT:
        raise Invalid(f"The subject has {len(subject)} characters; at most {LONGEST_SUBJECT} are kept. Shorten it.")
    return subject


def write_letter(
    case: ProblemCase,
    template: LetterTemplate,
    recipient: Recipient,
    *,
    actor: User,
    key: str,
    channel: LetterChannel = LetterChannel.PRINT,
    due_on: date | None = None,
    wording: Wording | None = None,
    privacy: Privacy = Privacy.WORKERS,
) -> CaseLetter | None:
    """Keep a letter as it goes out, merged now or with the `wording` that somebody read before. Flushes.

    With the channel `mail` the log entry `letter_mailed` carries its `letter_id`, and the outreach floor sends it.
    None when the form with this key has been dealt with already.
    """
    if case_with_key(actor, key) is not None:
        return None
    require_own_file(case)
    _require_reachable(recipient, channel)
    said = wording or preview_letter(case, template, recipient, due_on=due_on)
    if not (said.subject.strip() and said.body.strip()):
        raise Invalid("The letter is empty. Write a subject and a text.")
    subject = fit_subject(said.subject)
    letter = CaseLetter(
        case_id=case.id, template_id=template.id, template_version=template.version, participant=recipient.participant,
        recipient_name=_one_line(recipient.name), recipient_address=recipient.address, recipient_email=recipient.email,
        language=template.language_for(recipient.language), subject=subject, body=said.body.strip(), channel=channel,
        privacy=privacy, written_by_id=actor.id,
    )  # fmt: skip
    db.session.add(letter)
    db.session.flush()
    is_mail = channel is LetterChannel.MAIL
    verb, way = ("letter_mailed", "to be sent by e-mail") if is_mail else ("letter_written", "to be printed")
    words = f"Letter «{template.name}» to {_unnamed(recipient)}, {way}."
    touch_case(case, actor, verb, words, key=key, data={"letter_id": letter.id})
    return letter


def mark_printed(letter: CaseLetter, *, actor: User) -> None:
    """Say that the letter was printed; a second time changes nothing."""
    _require_paper(letter)
    if letter.printed_at is None:
        letter.printed_at = utc_now()
        touch_case(letter.case, actor, "letter_printed", f"{_called(letter)} was printed.")


def mark_posted(letter: CaseLetter, *, actor: User) -> None:
    """Say that the letter was posted or handed over; a second time changes nothing."""
    _require_paper(letter)
    if letter.posted_at is None:
        letter.posted_at = utc_now()
        letter.printed_at = letter.printed_at or letter.posted_at
        touch_case(letter.case, actor, "letter_posted", f"{_called(letter)} was posted.")


def find_letter(case: ProblemCase, letter_id: int) -> CaseLetter:
    """A letter of this case; raises `NotFound`."""
    letter = db.session.get(CaseLetter, letter_id)
    if letter is None or letter.case_id != case.id:
        raise NotFound("The case has no such letter. Look at its file as it stands now.")
    return letter


def letters_of(case_id: int) -> Sequence[CaseLetter]:
    """The letters of a case, the newest first."""
    query = (
        select(CaseLetter)
        .options(joinedload(CaseLetter.template), joinedload(CaseLetter.participant), joinedload(CaseLetter.written_by))
        .where(CaseLetter.case_id == case_id)
    )
    return db.session.scalars(query.order_by(CaseLetter.id.desc()).limit(SHOWN)).all()


def mailable_letter(letter_id: int) -> MailableLetter:
    """The letter as a mail; raises `NotFound`, and `Conflict` for one that goes by post."""
    letter = db.session.get(CaseLetter, letter_id)
    if letter is None:
        raise NotFound("There is no such letter.")
    if letter.channel is not LetterChannel.MAIL or not letter.recipient_email:
        raise Conflict("This letter does not go by e-mail.")
    return MailableLetter(
        letter.id, letter.recipient_name, letter.recipient_email, letter.subject, letter.body, letter.language
    )


def _values(case: ProblemCase, recipient: Recipient, due_on: date | None, language: str) -> dict[str, str]:
    """The value of each field of `merging.FIELDS`, in the language of the letter. Of callers there is nothing here."""
    city = the_city()
    zone = city_zone(city)
    first, last = (local_date(at, zone) if at else None for at in (case.first_call_at, case.last_call_at))
    center = case.center.name if case.center else city.name
    owner = case.contact.user if case.contact else None
    return {
        "case_number": case.public_id,
        "address": case.address,
        "family": case.family.name,
        "first_call": write_day(first, language),
        "last_call": write_day(last, language),
        "reports": write_reports(case.call_count, language),
        "recipient_name": recipient.name,
        "recipient_address": recipient.address,
        "contact_name": owner.display_name if owner else center,
        "contact_email": owner.email if owner else "",
        "center": center,
        "city": city.name,
        "today": write_day(city_today(), language),
        "due_date": write_day(due_on, language),
    }


def _require_reachable(recipient: Recipient, channel: LetterChannel) -> None:
    if not recipient.name.strip():
        raise Invalid("Say who the letter is for.")
    if channel is LetterChannel.MAIL and not recipient.email:
        raise Invalid("No e-mail address of the recipient is known. Give one, or print the letter.")
    if recipient.participant is not None and recipient.participant.left_at is not None:
        raise Conflict("The recipient was taken off the case. Choose somebody else.")


def _require_paper(letter: CaseLetter) -> None:
    if not letter.goes_on_paper:
        raise Conflict("This letter goes by e-mail. Write another one to print or post it.")


def _unnamed(recipient: Recipient) -> str:
    person = recipient.participant
    return f"a participant ({ROLE_LABELS[person.role].lower()})" if person else "somebody outside the case's people"


def _called(letter: CaseLetter) -> str:
    return f"Letter «{letter.template.name}»"


def _one_line(text: str) -> str:
    """What goes into the head of a letter or a mail has no line breaks."""
    return " ".join(text.split())
