"""Official messages: when they are said, and that nothing of them is ever lost."""

from datetime import datetime, timedelta

import pytest
from flask_sqlalchemy import SQLAlchemy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import factories as make
from tracker.clock import utc_now
from tracker.errors import Conflict, Invalid, NotFound
from tracker.outreach.messages import (
    MOST_CURRENT,
    MessageEntry,
    change_message,
    coming_messages,
    current_messages,
    get_message,
    hold_message,
    message_mark,
    past_messages,
    restore_message,
    withdraw_message,
    write_message,
)
from tracker.outreach.models import Audience, OfficialMessage
from tracker.staff.log import history_of

HOUR = timedelta(hours=1)
SPANS = st.tuples(st.integers(0, 8), st.integers(1, 4), st.booleans(), st.sampled_from(Audience))


def entry(**parts: object) -> MessageEntry:
    """A message from now for a day."""
    now = utc_now()
    words = {"title": "Boil water", "text_en": "Boil it for one minute.", "text_es": "Hiérvala un minuto."}
    times = {"starts_at": now, "ends_at": now + timedelta(days=1), "audience": Audience.CALLERS}
    return MessageEntry(**{**words, **times, **parts})  # type: ignore[arg-type]  # by name


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    spans=st.lists(SPANS, max_size=8),
    at=st.integers(0, 12),
    audience=st.sampled_from([None, *Audience]),
)
def test_what_is_said_at_an_instant_is_what_a_slow_reader_finds(
    database: SQLAlchemy, spans: list[tuple[int, int, bool, Audience]], at: int, audience: Audience | None
) -> None:
    person, now = make.make_user(), make.NOW + at * HOUR
    rows = []
    for start, length, is_withdrawn, whom in spans:
        times = {"starts_at": make.NOW + start * HOUR, "ends_at": make.NOW + (start + length) * HOUR}
        gone = make.NOW if is_withdrawn else None
        rows.append(make.make_message(written_by=person, audience=whom, withdrawn_at=gone, **times))
    said = set(current_messages(now, audience))
    assert said == {row for row in rows if row.is_current(now) and audience in (None, row.audience)}
    coming, over = set(coming_messages(now)), set(database.session.scalars(past_messages(now)))
    assert set(current_messages(now)) | coming | over == set(rows)
    assert len(set(current_messages(now))) + len(coming) + len(over) == len(rows)
    database.session.rollback()


def test_a_message_begins_on_time_and_ends_on_time(database: SQLAlchemy) -> None:
    message = make.make_message()
    moments: list[tuple[datetime, bool]] = [
        (message.starts_at - timedelta(microseconds=1), False), (message.starts_at, True),
        (message.ends_at - timedelta(microseconds=1), True), (message.ends_at, False),
    ]  # fmt: skip
    for at, is_said in moments:
        assert (list(current_messages(at)) == [message]) is is_said is message.is_current(at)


def test_no_more_is_said_than_anybody_can_read_out(database: SQLAlchemy) -> None:
    person = make.make_user()
    for _ in range(MOST_CURRENT + 1):
        make.make_message(written_by=person)
    assert len(current_messages(make.NOW)) == MOST_CURRENT


def test_a_form_that_is_sent_twice_writes_one_message(database: SQLAlchemy) -> None:
    person = make.make_user()
    first, second = (write_message(entry(), person, key="one form") for _ in range(2))
    assert first is second and len(history_of("message", first.id)) == 1
    assert write_message(entry(), person, key="another form") is not first


@pytest.mark.parametrize(
    ("start", "end", "why"),
    [(0, 0, "ends before it starts"), (0, -1, "ends before it starts"), (0, 24 * 400, "more than a year"),
     (-5, -1, "ended already")],
)  # fmt: skip
def test_times_that_cannot_be_meant_are_refused(database: SQLAlchemy, start: int, end: int, why: str) -> None:
    now = utc_now()
    with pytest.raises(Invalid, match=why):
        write_message(entry(starts_at=now + start * HOUR, ends_at=now + end * HOUR), make.make_user(), key="k")
    assert database.session.query(OfficialMessage).count() == 0


def test_what_a_message_said_before_stays_in_its_history(database: SQLAlchemy) -> None:
    person = make.make_user()
    message = write_message(entry(), person, key="k")
    assert change_message(message, entry(text_en="No need any more."), person)
    assert not change_message(message, MessageEntry.of(message), person)
    newest = history_of("message", message.id)[0]
    assert "Boil it for one minute. Hiérvala un minuto." in newest.text and newest.data and newest.data["ends_at"]


def test_a_withdrawn_message_is_said_no_more_until_it_is_put_back(database: SQLAlchemy) -> None:
    person = make.make_user()
    message = write_message(entry(), person, key="k")
    withdraw_message(message, person)
    assert list(current_messages(utc_now())) == []
    with pytest.raises(Conflict, match="withdrawn already"):
        withdraw_message(message, person)
    restore_message(message, person)
    assert list(current_messages(utc_now())) == [message]
    with pytest.raises(Conflict, match="stands already"):
        restore_message(message, person)
    assert [one.verb for one in history_of("message", message.id)] == ["restored", "withdrawn", "written"]


def test_nobody_changes_a_message_over_what_somebody_else_just_changed(database: SQLAlchemy) -> None:
    person = make.make_user()
    message = write_message(entry(), person, key="k")
    seen = message_mark(message)
    hold_message(message, seen)
    withdraw_message(message, person)
    with pytest.raises(Conflict, match="meanwhile"):
        hold_message(message, seen)


def test_a_message_that_nobody_wrote_is_not_found(database: SQLAlchemy) -> None:
    with pytest.raises(NotFound):
        get_message(4711)
