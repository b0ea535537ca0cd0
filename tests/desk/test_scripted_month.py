"""A month of case work through the real pages; at its end the screen is right about every case.

Who presses what is in `month/script.py`; what must follow, by plain rules, in `month/ledger.py`.
"""

from collections import Counter

import pytest
import time_machine
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from tests.desk.month.city import CONTACTS, PLACES, build_city, utc
from tests.desk.month.ledger import ASKED, Expected, Known, on
from tests.desk.month.screen import read_caseload, read_late, read_list, read_next_step, read_owner
from tests.desk.month.script import FIRST, MOVES, RECURS, Month


@pytest.mark.once
def test_a_scripted_month_ends_with_owner_next_step_and_due_date_right_of_every_case(
    app: Flask, database: SQLAlchemy
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    with time_machine.travel(utc(on(FIRST)), tick=False) as clock:
        month = Month(build_city(app), clock)
        month.play()
        _the_script_holds_what_it_says(month)
        _no_case_is_lost(month)
        _every_case_says_what_is_next(month)
        _caseloads_hold_every_live_case_once(month)
        _late_is_what_is_late(month)
        _the_owner_is_told_that_it_came_back(month)
        _the_neighbor_says_where_it_may_have_come_from(month)


def _the_script_holds_what_it_says(month: Month) -> None:
    cases, now = month.work.cases, month.work.now
    statuses = Counter(case.status for case in cases)
    assert statuses == {"open": 51, "closed": 5, "dismissed": 3, "merged": 2}
    assert {case.phase for case in cases if case.status == "open"} == {"scanning", "analysis", "response"}
    marks = ("paused_at", "still", "asleep_until", "later", "is_confirmed", "along")
    assert all(any(getattr(case, mark) for case in cases) for mark in marks)
    assert any(not case.owner for case in cases) and any(case.late(now) for case in cases)
    assert month.work.away == {"Dan"} and month.covered["Ben"] and month.covered["Dan"]


def _owner(case: Known) -> str:
    return case.owner or f"Queue of {case.center}"


def _no_case_is_lost(month: Month) -> None:
    listed = read_list(month.work.person("Sue"), "/staff/cases?status=any")
    assert len(month.work.cases) == PLACES + 1
    assert {number: cells["Owner"] for number, cells in listed.items()} == {
        case.number: _owner(case) for case in month.work.cases
    }


def _every_case_says_what_is_next(month: Month) -> None:
    now, sue = month.work.now, month.work.person("Sue")
    wrong = {}
    for case in month.work.cases:
        page = sue.open(f"/staff/cases/{case.number}")
        said, right = (read_owner(page), read_next_step(page)), (_owner(case), case.next_step(now))
        if said != right:
            wrong[case.address, month.work.cases.index(case)] = (said, right)
    assert not wrong, "\n".join(f"{key}: says {said}, right is {right}" for key, (said, right) in wrong.items())


def _caseloads_hold_every_live_case_once(month: Month) -> None:
    now, read = month.work.now, {}
    for name in CONTACTS:
        for number, (owner, step, section) in read_caseload(month.work.person(name)).items():
            assert number not in read
            read[number] = (owner, step, section == "snoozed")
    right: dict[str, tuple[str, Expected | None, bool]] = {}
    for case in month.work.cases:
        if case.owner and case.status == "open":
            is_asleep = case.asleep_until is not None and case.asleep_until > now.date()
            right[case.number] = (case.owner, case.next_step(now), is_asleep)
    assert read == right
    assert not [owner for owner, _, _ in read.values() if owner in month.work.away]


def _late_is_what_is_late(month: Month) -> None:
    right = {case.number: {ASKED[kind] for kind in case.late(month.work.now)} for case in month.work.cases}
    assert read_late(month.work.person("Sue")) == {number: kinds for number, kinds in right.items() if kinds}


def _the_owner_is_told_that_it_came_back(month: Month) -> None:
    case = month.work.cases[RECURS]
    assert month.told and all(case.number in page for page in month.told)
    assert "Recurred" in month.work.person(case.owner).open(f"/staff/cases/{case.number}")


def _the_neighbor_says_where_it_may_have_come_from(month: Month) -> None:
    closed, beside = month.work.cases[MOVES], month.work.cases[-1]
    page = month.work.person("Sue").open(f"/staff/cases/{closed.number}")
    card = page[page.index('id="related-title"') :]
    assert beside.number in card and "300 m away, opened after it was closed here on" in card
