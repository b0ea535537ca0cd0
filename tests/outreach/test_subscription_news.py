"""What subscribers are told: what concerns them by public points, each thing once, in their rhythm and language."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import current_app
from flask_sqlalchemy import SQLAlchemy
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from tests import factories as make
from tests.public.world import MASK, make_public_case, make_public_family, set_as_of_now
from tests.statements import asked_statements
from tracker.calls.models import Family
from tracker.cases.models import CaseStatus, ProblemCase
from tracker.cases.telling_public import take_back_word, tell_public
from tracker.clock import told_as_of
from tracker.config import Settings
from tracker.extensions import db
from tracker.outreach.notice_models import LogReader, Notice
from tracker.outreach.subscriptions.changing_rhythm import settle_rhythms
from tracker.outreach.subscriptions.concerned import find_concerned, followed_by
from tracker.outreach.subscriptions.matching import Happening, concerns
from tracker.outreach.subscriptions.models import Rhythm, Subscription, SubscriptionKind, Way
from tracker.outreach.subscriptions.subscribing import change
from tracker.outreach.subscriptions.telling import MOST_EACH, MOST_ENTRIES, tell_subscribers
from tracker.places.models import AreaKind
from tracker.staff.log import append_log
from tracker.staff.models import LogEntry, Role

MONDAY = datetime(2026, 6, 15, 11, 5, tzinfo=UTC)
"""Seven in the morning in the test city."""
LONG_AGO = MONDAY - timedelta(days=100)


@pytest.fixture
def on(database: SQLAlchemy) -> Settings:
    make.make_city(is_live=False)
    set_as_of_now()
    installed: Settings = current_app.config["SETTINGS"]
    on = replace(installed, mail_host="mail.example.org", address="https://cases.example.org")
    for rhythm in Rhythm:
        tell(rhythm, MONDAY - timedelta(days=7), on)
    return on


def tell(rhythm: Rhythm, at: datetime, on: Settings) -> list[int]:
    return list(tell_subscribers(rhythm, at, on))


def follow(**columns: Any) -> Subscription:
    return make.make_subscription(**{"confirmed_at": LONG_AGO, **columns})


def happen(case: ProblemCase, verb: str = "began_analysis", at: datetime = MONDAY, **columns: Any) -> None:
    with told_as_of(at):
        append_log("case", case.id, verb, **columns)
    db.session.flush()


def told() -> list[tuple[str, str]]:
    return [(one.address, one.subject) for one in db.session.scalars(select(Notice).order_by(Notice.id))]


def texts() -> list[str]:
    return list(db.session.scalars(select(Notice.text).order_by(Notice.id)))


def test_each_thing_is_told_once_to_whoever_confirmed_before_it(on: Settings) -> None:
    case = make_public_case(family=make_public_family(name="Dark streets"))
    early = follow()
    follow(confirmed_at=None)
    follow(confirmed_at=MONDAY + timedelta(seconds=1))
    follow(ended_at=LONG_AGO)
    happen(case, text="Nobody may read this.")
    happen(case, "noted", text="Nor this.")
    for _ in range(3):
        tell(Rhythm.AT_ONCE, MONDAY, on)
    assert told() == [(early.address, "Next step: Dark streets, 100 block of Elm St")]
    assert f"https://cases.example.org/cases/{case.public_id}" in texts()[0]
    assert "Nobody" not in texts()[0] and "11:05" not in texts()[0] and "Jun 15, 2026" in texts()[0]


def test_daily_news_come_in_the_morning_and_weekly_ones_on_mondays(on: Settings) -> None:
    case = make_public_case()
    daily, weekly = follow(rhythm=Rhythm.DAILY), follow(rhythm=Rhythm.WEEKLY)
    for day in range(8):
        morning = MONDAY + timedelta(days=day)
        happen(case, at=morning - timedelta(hours=2))
        for at in (morning - timedelta(hours=1), morning, morning + timedelta(hours=2)):
            for rhythm in Rhythm:
                tell(rhythm, at, on)
    addresses = [address for address, _ in told()]
    assert addresses.count(daily.address) == 8 and addresses.count(weekly.address) == 2


def test_a_lot_at_once_is_one_mail(on: Settings) -> None:
    follow()
    family = make_public_family()
    for _ in range(MOST_EACH + 40):
        happen(make_public_case(family=family), "opened", is_public=True)
    tell(Rhythm.AT_ONCE, MONDAY, on)
    ((_, subject),) = told()
    assert subject == "45 news of the whole city" and "And 15 more" in texts()[0]


def test_what_is_held_back_is_told_when_its_days_are_over(on: Settings) -> None:
    family = make.make_family()
    make.make_service_type(family=family, publish_after_days=2)
    held = make_public_case(family=family, opened_at=MONDAY - timedelta(days=30))
    follow()
    happen(held, at=MONDAY)
    happen(make_public_case(), at=MONDAY)
    counts = []
    for day in range(4):
        make.make_call(requested_datetime=MONDAY + timedelta(days=day, hours=5))
        tell(Rhythm.AT_ONCE, MONDAY + timedelta(days=day), on)
        counts.append(len(told()))
    assert counts == [1, 1, 2, 2]


def test_more_that_waits_than_is_read_at_once_stops_neither_the_news_nor_the_worker(
    on: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(MOST_ENTRIES, Rhythm.AT_ONCE, 2)
    family = make.make_family()
    make.make_service_type(family=family, publish_after_days=2)
    follow()
    for _ in range(5):
        happen(make_public_case(family=family, opened_at=MONDAY - timedelta(days=30)))
    happen(make_public_case())
    assert tell(Rhythm.AT_ONCE, MONDAY, on) == [2, 2, 2, 0]
    assert tell(Rhythm.AT_ONCE, MONDAY, on) == [2, 2, 1]
    assert len(told()) == 1
    make.make_call(requested_datetime=MONDAY + timedelta(days=2, hours=5))
    tell(Rhythm.AT_ONCE, MONDAY + timedelta(days=2), on)
    assert len(told()) == 6


def test_a_word_that_was_taken_back_meanwhile_is_told_to_nobody(on: Settings) -> None:
    follow(rhythm=Rhythm.DAILY)
    case, me = make_public_case(), make.make_user(role=Role.CONTACT)
    with told_as_of(MONDAY):
        tell_public(case, "The lamp comes today.", actor=me)
        entry = db.session.scalars(select(LogEntry.id).where(LogEntry.text == "The lamp comes today.")).one()
        take_back_word(case, entry, actor=me)
    tell(Rhythm.DAILY, MONDAY, on)
    assert told() == []


def test_what_an_import_brings_from_long_ago_is_no_news(on: Settings) -> None:
    follow()
    happen(make_public_case(opened_at=MONDAY - timedelta(days=300)), "opened", is_public=True)
    happen(make_public_case(opened_at=MONDAY - timedelta(days=1)), "opened", is_public=True)
    tell(Rhythm.AT_ONCE, MONDAY, on)
    assert len(told()) == 1


def change_rhythm(subscription: Subscription, rhythm: Rhythm, at: datetime, on: Settings) -> None:
    change(subscription, rhythm=rhythm, language="en", family_id=None)
    assert list(settle_rhythms(at, on)) in ([], [subscription.id])


moments = st.lists(
    st.one_of(
        st.tuples(st.just("happens"), st.sampled_from(["began_analysis", "work_done", "reopened"])),
        st.tuples(st.just("reads"), st.sampled_from(Rhythm)),
        st.tuples(st.just("wants"), st.sampled_from(Rhythm)),
        st.tuples(st.just("settles"), st.none()),
    ),
    max_size=14,
)


ANEW = ("happens", "work_done")
FASTER = [ANEW, ("reads", Rhythm.AT_ONCE), ("wants", Rhythm.AT_ONCE)]
SLOWER = [ANEW, ("reads", Rhythm.DAILY), ("wants", Rhythm.WEEKLY), ("settles", None), ANEW, ("wants", Rhythm.AT_ONCE)]


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(FASTER)
@example(SLOWER)
@example([*SLOWER, ("settles", None), *FASTER])
@given(moments)
def test_whenever_the_rhythm_is_changed_each_thing_is_told_exactly_once(database: SQLAlchemy, steps: list[Any]) -> None:
    on, day, case = _installed(), MONDAY, _quiet_case()
    subscription = follow(rhythm=Rhythm.DAILY)
    follow(kind=SubscriptionKind.ALL, rhythm=Rhythm.DAILY)
    happened = 0
    for what, which in [*steps, ("settles", None), *(("reads", rhythm) for rhythm in Rhythm)]:
        day += timedelta(days=7)  # each reading is due
        if what == "happens":
            happen(case, which, at=day)
            happened += 1
        elif what == "reads":
            tell(which, day, on)
        elif what == "wants":
            change(subscription, rhythm=which, language="en", family_id=None)
        else:
            list(settle_rhythms(day, on))
    both = list(db.session.scalars(select(Subscription.address).order_by(Subscription.id)))
    for address in both:
        mails = db.session.scalars(select(Notice.text).where(Notice.address == address))
        assert "".join(mails).count("100 block of Elm St") == happened


def _installed() -> Settings:
    for table in (Notice, Subscription, LogReader):
        db.session.execute(delete(table))
    installed: Settings = current_app.config["SETTINGS"]
    if not db.session.scalars(select(ProblemCase)).first():
        make.make_city(is_live=False)
        set_as_of_now()
        make_public_case()
    make.make_call(requested_datetime=MONDAY + timedelta(days=150))
    ready = replace(installed, mail_host="mail.example.org", address="https://cases.example.org")
    for rhythm in Rhythm:
        tell(rhythm, MONDAY - timedelta(days=7), ready)
    return ready


def _quiet_case() -> ProblemCase:
    return db.session.scalars(select(ProblemCase)).one()


def test_what_a_slower_rhythm_had_still_before_it_is_told_at_the_change_and_what_waits_for_its_day_later(
    on: Settings,
) -> None:
    family = make.make_family()
    make.make_service_type(family=family, publish_after_days=2)
    held = make_public_case(family=family, opened_at=MONDAY - timedelta(days=30))
    weekly = follow(rhythm=Rhythm.WEEKLY)
    for rhythm in Rhythm:
        tell(rhythm, MONDAY, on)
    happen(held, at=MONDAY)
    happen(make_public_case(), at=MONDAY)
    tell(Rhythm.AT_ONCE, MONDAY, on)
    assert told() == []
    change_rhythm(weekly, Rhythm.AT_ONCE, MONDAY, on)
    assert len(told()) == 1 and weekly.rhythm is Rhythm.AT_ONCE
    change_rhythm(weekly, Rhythm.WEEKLY, MONDAY, on)
    make.make_call(requested_datetime=MONDAY + timedelta(days=7, hours=5))
    for rhythm in Rhythm:
        tell(rhythm, MONDAY + timedelta(days=7), on)
    assert len(told()) == 2


def test_a_case_that_strangers_may_not_see_is_told_to_nobody(on: Settings) -> None:
    follow()
    follow(kind=SubscriptionKind.CASE, case_id=(hidden := make_public_case(is_public=False)).id)
    for case in (hidden, make_public_case(status=CaseStatus.DISMISSED), make_public_case(public_label=None)):
        happen(case)
        happen(case, "told", text="Said too early.", is_public=True)
    tell(Rhythm.AT_ONCE, MONDAY, on)
    assert told() == []


def test_each_is_told_in_her_language_and_her_way(on: Settings) -> None:
    follow(language="es")
    follow(way=Way.TEXT, address="+15855550137")
    follow(way=Way.WEBHOOK, address="https://hooks.example.org/")
    happen(make_public_case(), "recurred", is_public=True)
    case = db.session.scalars(select(ProblemCase)).one()
    case.recurred_at = MONDAY
    tell(Rhythm.AT_ONCE, MONDAY, on)
    mail, text, hook = texts()
    assert "cuadra 100 de Elm St" in mail and len(text) < 320 and text.startswith("Testville: It came back")
    (event,) = json.loads(hook)["events"]
    assert (event["kind"], event["day"], event["lat"], event["long"]) == ("recurred", "2026-06-15", *MASK)
    assert [address.split(":")[0] for address, _ in told()[1:]] == ["tel", "hook"]


def test_whoever_follows_a_case_or_a_report_hears_of_what_became_of_it(on: Settings) -> None:
    case, other = make_public_case(), make_public_case()
    call = make.make_call(service_type=make.make_service_type(family=case.family))
    make.make_case_call(case=case, call=call)
    old = make_public_case(status=CaseStatus.MERGED, merged_into_id=case.id)
    wishes = [
        follow(kind=SubscriptionKind.CASE, case_id=case.id), follow(kind=SubscriptionKind.CASE, case_id=old.id),
        follow(kind=SubscriptionKind.REPORT, call_id=call.id),
    ]  # fmt: skip
    follow(kind=SubscriptionKind.CASE, case_id=other.id)
    happen(case)
    tell(Rhythm.AT_ONCE, MONDAY, on)
    assert [address for address, _ in told()] == [one.address for one in wishes]


SPOTS = [(MASK[0] + row * 0.001, MASK[1] + column * 0.001) for row in range(4) for column in range(4)]
events = st.lists(st.tuples(st.sampled_from(SPOTS), st.integers(0, 1), st.integers(1, 3)), min_size=1, max_size=6)
wishes = st.lists(
    st.tuples(
        st.sampled_from([SubscriptionKind.CIRCLE, SubscriptionKind.ALL, SubscriptionKind.CASE,
                         SubscriptionKind.NEIGHBORHOOD]),
        st.sampled_from(SPOTS), st.sampled_from([100, 200, 5_000]), st.sampled_from([None, 0, 1]), st.integers(0, 2),
    ),
    min_size=1, max_size=6,
)  # fmt: skip


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events, wishes)
def test_whom_events_concern_is_what_holding_each_against_each_says(
    database: SQLAlchemy, happened: list[Any], wanted: list[Any]
) -> None:
    families, cases, areas = _world()
    db.session.execute(delete(Subscription))
    for kind, (lat, long), radius, family, which in wanted:
        place = {"lat": lat, "long": long, "radius_m": radius} if kind is SubscriptionKind.CIRCLE else {}
        case_id = cases[which] if kind is SubscriptionKind.CASE else None
        area_id = areas[which] if kind is SubscriptionKind.NEIGHBORHOOD else None
        family_id = None if family is None else families[family]
        follow(kind=kind, case_id=case_id, area_id=area_id, family_id=family_id, **place)
    happenings = [
        Happening(frozenset({cases[which - 1]}), frozenset(), families[family], *spot, frozenset({areas[which - 1]}))
        for spot, family, which in happened
    ]
    found = {one.id: places for one, places in find_concerned(happenings, Rhythm.AT_ONCE).items()}
    expected = {}
    for one in db.session.scalars(select(Subscription)):
        own = [place for place, event in enumerate(happenings) if concerns(followed_by(one), event)]
        expected |= {one.id: own} if own else {}
    assert found == expected


def _world() -> tuple[list[int], list[int], list[int]]:
    """Two families, three cases and three areas, made once."""
    families = list(db.session.scalars(select(Family.id).order_by(Family.id)))
    if not families:
        make.make_city()
        made = [make_public_family(), make_public_family()]
        for _ in range(3):
            make_public_case(family=made[0])
            make.make_area(kind=AreaKind.NEIGHBORHOOD)
        families = list(db.session.scalars(select(Family.id).order_by(Family.id)))
    areas = make.Area
    return (
        families,
        list(db.session.scalars(select(ProblemCase.id).order_by(ProblemCase.id))),
        list(db.session.scalars(select(areas.id).order_by(areas.id))),
    )


@pytest.mark.parametrize("radius", [100, 200, 300, 400, 500])
def test_where_a_case_really_is_cannot_be_felt_for_with_circles(on: Settings, radius: int) -> None:
    """Circles about any point answer alike, wherever within its block the case lies: only its public point counts."""
    case = make_public_case()
    for row in range(-4, 5):
        follow(kind=SubscriptionKind.CIRCLE, lat=MASK[0] + row * 0.001, long=MASK[1], radius_m=radius)
    answers = []
    for north, east in ((0.0, 0.0), (0.0021, -0.0034), (-0.004, 0.003)):
        case.anchor_lat, case.anchor_long = make.ORIGIN[0] + north, make.ORIGIN[1] + east
        db.session.execute(delete(Notice))
        happen(case)
        tell(Rhythm.AT_ONCE, MONDAY, on)
        answers.append([address for address, _ in told()])
    assert answers[0] == answers[1] == answers[2] and answers[0]


def test_the_number_of_statements_does_not_grow_with_events_and_subscribers(on: Settings) -> None:
    family = make_public_family()

    def run(count: int) -> int:
        for _ in range(count):
            follow(kind=SubscriptionKind.CIRCLE, lat=MASK[0], long=MASK[1], radius_m=200, language="en")
            happen(make_public_case(family=family))
        db.session.flush()
        with asked_statements() as queries:
            tell(Rhythm.AT_ONCE, MONDAY, on)
        return len(queries)

    few = run(3)
    assert run(12) <= few
