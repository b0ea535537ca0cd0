"""What the worker runs, and when. Nothing here is lost when the worker is down: every job finds its own work."""

import logging
import time
from datetime import datetime
from pathlib import Path
from threading import Event, Thread

from flask import Flask
from huey import Huey, PostgresHuey, SqliteHuey, crontab
from sqlalchemy.engine import make_url

from .calls.as_of import as_of
from .calls.transfers.drop_folder import DONE, REFUSED, put_away, rejects_of, size_of, whole_files
from .calls.transfers.recording import import_transfers
from .calls.type_words.examples import read_examples
from .calls.type_words.models import TypeModel
from .calls.type_words.training import fit_beside, keep_model
from .calls.words import CALL_TEXTS
from .cases.assessing.keeping import assessments_due, keep_assessment
from .cases.closing import confirm_watched
from .cases.deadlines.keeping import keep_deadlines
from .cases.deliveries import catch_up
from .cases.relocating import relocate_calls
from .cases.words import CASE_TEXTS
from .cases.workload.handing_over import return_handovers
from .clock import utc_now
from .config import Settings
from .errors import TrackerError
from .extensions import db
from .outreach.appointment_mail import note_appointments, tell_residents
from .outreach.digest import write_digests
from .outreach.letter_mail import mail_letters, note_letters
from .outreach.mail import MailDelayed
from .outreach.notices import send_waiting, send_waiting_texts
from .outreach.receipt_mail import mail_receipts
from .outreach.subscriptions.changing_rhythm import settle_rhythms
from .outreach.subscriptions.hook_sending import send_waiting_hooks
from .outreach.subscriptions.models import Rhythm
from .outreach.subscriptions.subscribing import forget_old
from .outreach.subscriptions.telling import tell_subscribers
from .outreach.telling import tell_staff
from .places.city import city_today, city_zone, find_city, the_city
from .scheduling.appointments.settling import let_expired_go, remind, settle
from .scheduling.disruptions.breakdowns import replan_after_breakdown
from .scheduling.orders.recurring import make_recurring_orders
from .scheduling.planning.draft_taking import take_by_job
from .scheduling.planning.drafting import fill_draft
from .staff.jobs.working_off_jobs import Handler, work_off_jobs
from .staff.notes import NOTE_TEXTS

ASSESSED_A_NIGHT = 2_000
BREATH_S = 0.15
"""Between two portions: on SQLite whoever waits for the lock looks for it every tenth of a second."""
SEARCHED = (CALL_TEXTS, CASE_TEXTS, NOTE_TEXTS)
ASKED_FOR: dict[str, Handler] = {
    "plan": fill_draft,
    "take": take_by_job,
    "breakdown": replan_after_breakdown,
}
"""Long work that pages ask for, by kind."""
log = logging.getLogger(__name__)
MAILS_AT_ONCE = 100
NIGHTLY_HOUR = 3
"""On the city's clocks: late enough that the day's calls are in, early enough that the morning sees the result."""


def make_queue(settings: Settings) -> Huey:
    """The job queue: a file of its own beside SQLite, or tables in PostgreSQL."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "postgresql":
        return PostgresHuey("tracker", dsn=url.set(drivername="postgresql").render_as_string(hide_password=False))
    return SqliteHuey("tracker", filename=str(settings.instance / "jobs.sqlite3"))


def add_jobs(queue: Huey, app: Flask) -> None:
    """Put every periodic job on the queue; each runs inside the application's context."""

    @queue.periodic_task(crontab(minute="0"))  # type: ignore[untyped-decorator]  # huey ships no types
    def place_and_group_at_night() -> None:
        with app.app_context():
            if is_night(utc_now()):
                run_nightly()
                forget_old(utc_now())
                db.session.commit()
                order_what_comes_again()
                assess_cases()
                train_at_night()

    @queue.periodic_task(crontab())  # type: ignore[untyped-decorator]  # as above
    def look_into_the_drop_folder() -> None:
        with app.app_context():
            folder = app.config["SETTINGS"].drop_folder
            if folder is not None:
                take_in_transfers(folder, utc_now())

    @queue.periodic_task(crontab(minute="*/5"))  # type: ignore[untyped-decorator]  # as above
    def group_what_waits() -> None:
        with app.app_context():
            group()
            watch_deadlines()
            give_back_covers()

    @queue.periodic_task(crontab(minute="*"))  # type: ignore[untyped-decorator]  # as above
    def index_new_words() -> None:
        with app.app_context():
            index_words()

    @queue.periodic_task(crontab())  # type: ignore[untyped-decorator]  # as above
    def look_after_appointments() -> None:
        with app.app_context():
            keep_appointments(app.config["SETTINGS"], utc_now())

    @queue.periodic_task(crontab())  # type: ignore[untyped-decorator]  # as above
    def write_what_is_mailed() -> None:
        with app.app_context():
            write_mail(app.config["SETTINGS"], utc_now())

    @queue.periodic_task(crontab())  # type: ignore[untyped-decorator]  # as above
    def send_what_waits() -> None:
        with app.app_context():
            send_mail(app.config["SETTINGS"])


def is_night(now: datetime) -> bool:
    """Whether it is the nightly hour on the city's clocks; False while no city is loaded."""
    city = find_city()
    return city is not None and now.astimezone(city_zone(city)).hour == NIGHTLY_HOUR


def group() -> None:
    """Take what waits, a portion at a time: nobody waits for all of it."""
    for taken in catch_up():
        db.session.commit()
        time.sleep(BREATH_S if taken.calls or taken.masked else 0)


def run_nightly() -> None:
    """Place what can be placed by now, refresh the masks, group, then confirm the cases whose watch is over."""
    for _ in relocate_calls():
        db.session.commit()
    group()
    for _ in confirm_watched(as_of(the_city())):
        db.session.commit()


def order_what_comes_again() -> None:
    """Make the work orders that are due soon of all recurring work, one after the other."""
    for _ in make_recurring_orders(city_today()):
        db.session.commit()


def watch_deadlines() -> None:
    """Begin, end and escalate deadlines, a portion at a time."""
    if find_city() is None:
        return  # nobody works yet
    for _ in keep_deadlines():
        db.session.commit()
        time.sleep(BREATH_S)


def assess_cases() -> None:
    """Reckon anew, one after the other, what the pages of worked cases say about whether it helped."""
    for case in assessments_due(ASSESSED_A_NIGHT):
        keep_assessment(case, None)
        db.session.commit()


def give_back_covers() -> None:
    """Give cases back to owners whose leave is over, a portion at a time."""
    if find_city() is None:
        return  # nobody works yet
    while return_handovers(city_today()):
        db.session.commit()


def write_mail(settings: Settings, now: datetime) -> None:
    """Write the mails about what happened since, and in the morning those about the day."""
    is_behind = True
    while is_behind:
        is_behind = tell_staff(settings)
        db.session.commit()
    is_behind = find_city() is not None
    while is_behind:
        is_behind = tell_residents(settings)
        db.session.commit()
    is_behind = True
    while is_behind:
        is_behind = mail_receipts(now, settings)
        db.session.commit()
    mail_letters(settings)
    db.session.commit()
    for _ in settle_rhythms(now, settings):
        db.session.commit()
    for rhythm in Rhythm:
        for _ in tell_subscribers(rhythm, now, settings):
            db.session.commit()
    write_digests(now, settings)
    db.session.commit()


def send_mail(settings: Settings) -> None:
    """Send what waits, a portion at a time; while the mail server is down everything stays for the next time."""
    try:
        for _ in send_waiting(MAILS_AT_ONCE, settings):
            db.session.commit()
    except MailDelayed as why:
        db.session.rollback()
        log.warning("No mail was sent: %s", why)
    for _ in send_waiting_texts(MAILS_AT_ONCE, settings):
        db.session.commit()
    for _ in send_waiting_hooks(MAILS_AT_ONCE, settings):
        db.session.commit()
    note_letters()
    note_appointments()
    db.session.commit()


def keep_appointments(settings: Settings, now: datetime) -> None:
    """Let holds go that expired, see to appointments whose work changed, and have people reminded; one by one."""
    if find_city() is None:
        return  # nobody has agreed upon anything
    for steps in (let_expired_go(now), settle(now), remind(now, settings)):
        for _ in steps:
            db.session.commit()


def take_in_transfers(folder: Path, now: datetime) -> int:
    """Take in every whole file of 911 transfers that lies in the folder; returns how many were put away.

    What fails for another reason than the file itself (the database is down, the disk is full) stays for the next time,
    and never keeps the files behind it waiting.
    """
    if find_city() is None:
        return 0  # nobody could place them yet
    folder.mkdir(parents=True, exist_ok=True)
    moved = 0
    for path in whole_files(folder, now):
        try:
            moved += _take_in(path)
        except Exception:  # whatever it is: the file stays, and the others are not to wait for it
            db.session.rollback()
            log.exception("%s stays in the drop folder", path.name)
    return moved


def _take_in(path: Path) -> bool:
    before = size_of(path)
    try:
        for _ in import_transfers(path, rejects_of(path)):
            db.session.commit()
    except TrackerError as why:
        db.session.rollback()
        return size_of(path) == before and put_away(path, REFUSED, str(why)) is not None
    return size_of(path) == before and put_away(path, DONE) is not None  # else somebody went on writing: read it again


def index_words() -> None:
    """Read the words of what was written since into the indexes of the search, a portion at a time."""
    for texts in SEARCHED:
        is_behind = True
        while is_behind:
            portion = texts.next_portion()
            db.session.commit()  # nobody waits for the lock while words are read
            is_behind = texts.add(portion, portion.words())
            db.session.commit()
            if is_behind:
                time.sleep(BREATH_S)


def train_types() -> TypeModel:
    """Learn anew which words mean which service type. No transaction is open while the model is fitted."""
    examples = read_examples()
    db.session.rollback()
    kept = keep_model(fit_beside(examples))
    db.session.commit()
    return kept


def train_at_night() -> None:
    """The same; what goes wrong is logged, and the model before stays in use."""
    try:
        train_types()
    except TrackerError as error:
        log.warning("The model of service types was not trained: %s", error)


def run_worker(app: Flask) -> None:
    """Run the jobs until a signal ends the process."""
    queue = make_queue(app.config["SETTINGS"])
    add_jobs(queue, app)
    ending = Event()
    # What it is at when the process ends is broken off, and taken again.
    beside = Thread(target=work_off_jobs, args=(app, ASKED_FOR, ending), daemon=True)
    beside.start()
    try:
        queue.create_consumer(workers=1).run()
    finally:
        ending.set()
        beside.join(timeout=5)
