"""What people answer and write is kept as far as it has come, and what the calls say stands beside it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from tests import factories as make
from tests.cases.world import World, verbs_of
from tests.statements import asked_statements
from tracker.calls.models import Channel
from tracker.cases.closing import close_case
from tracker.cases.decisions import dismiss_case
from tracker.cases.linking import unlink_call
from tracker.cases.models import CaseCall
from tracker.cases.sara import counting
from tracker.cases.sara.analyzing import PARTS, versions_of, write_analysis
from tracker.cases.sara.cheers import Element
from tracker.cases.sara.counting import count_calls
from tracker.cases.sara.earlier import earlier_responses
from tracker.cases.sara.facts import facts_of
from tracker.cases.sara.scanning import save_scan, scan_of
from tracker.errors import Conflict
from tracker.extensions import db
from tracker.staff.models import LogEntry, Role

NOTHING: dict[Element, tuple[bool | None, str]] = dict.fromkeys(Element, (None, ""))
EMPTY = dict.fromkeys(PARTS, "")


def test_answers_are_kept_part_by_part_each_saving_one_entry(world: World) -> None:
    case, colleague = world.case(), make.make_user(role=Role.CONTACT)
    first = NOTHING | {Element.HARM: (True, "Two windows."), Element.EVENTS: (None, "To be asked.")}
    assert save_scan(case, first, actor=world.person, seen=0)
    scan = scan_of(case)
    assert (scan.version, scan.answered, len(scan.missing)) == (1, 1, 1)
    assert not save_scan(case, first, actor=world.person, seen=1), "nothing new, nothing said"
    assert not save_scan(case, first, actor=world.person, seen=0), "sent twice, saved once"
    second = first | {Element.COMMUNITY: (False, "")}
    assert save_scan(case, second, actor=colleague, seen=1, goes_on_because="The school asked.")
    scan = scan_of(case)
    authors = {element: answer.answered_by for element, answer in scan.answers.items()}
    assert authors == {Element.HARM: world.person, Element.EVENTS: world.person, Element.COMMUNITY: colleague}
    assert scan.denied == [Element.COMMUNITY] and scan.goes_on_because == "The school asked."
    assert verbs_of(case).count("scanned") == 2
    newest = db.session.scalars(select(LogEntry).order_by(LogEntry.id.desc()).limit(1)).one()
    assert newest.text == "Scanning. Community: no. Goes on although: The school asked."


def test_who_saw_older_answers_is_refused_and_a_colleagues_note_refuses_nobody(world: World) -> None:
    case = world.case()
    save_scan(case, NOTHING | {Element.HARM: (True, "")}, actor=world.person, seen=0)
    with pytest.raises(Conflict, match="Somebody else saved answers"):
        save_scan(case, NOTHING, actor=world.person, seen=0)
    case.version += 1
    assert save_scan(case, NOTHING, actor=world.person, seen=1)


def test_every_version_of_the_analysis_stays(world: World) -> None:
    case = world.case()
    assert write_analysis(case, EMPTY | {"hypothesis": "The lamp."}, actor=world.person, seen=0)
    assert not write_analysis(case, EMPTY | {"hypothesis": "The lamp."}, actor=world.person, seen=0), "sent twice"
    assert write_analysis(case, EMPTY | {"hypothesis": "The bar.", "place": "Yard"}, actor=world.person, seen=1)
    with pytest.raises(Conflict, match="Somebody else wrote the analysis"):
        write_analysis(case, EMPTY, actor=world.person, seen=1)
    assert [version.hypothesis for version in versions_of(case)] == ["The bar.", "The lamp."]
    newest = db.session.scalars(select(LogEntry).order_by(LogEntry.id.desc()).limit(1)).one()
    assert newest.text == "Analysis, version 2: place, hypothesis. Hypothesis: The bar."


def test_nothing_is_found_out_about_a_case_that_is_not_open(world: World) -> None:
    case = world.case()
    close_case(case, outcome="Painted.", actor=world.person)
    for change in (
        lambda: save_scan(case, NOTHING | {Element.HARM: (True, "")}, actor=world.person, seen=0),
        lambda: write_analysis(case, EMPTY | {"place": "Yard"}, actor=world.person, seen=0),
    ):
        with pytest.raises(Conflict, match="The case is closed; reopen it first"):
            change()


def test_the_calls_are_counted_with_their_callers_types_and_places(world: World) -> None:
    neighbor, other = make.make_caller(), make.make_caller()
    tags = make.make_service_type(family=world.family, service_name="Tags")
    for day, caller in ((0, neighbor), (1, neighbor), (2, neighbor), (20, other)):
        world.call(day, caller_id=caller.id, service_type=tags, address="1 Elm Street")
    world.call(3, address="7 Oak Ave", address_key="7 OAK AVE", channel=Channel.IMPORT)
    case = world.case((4,))
    figures = count_calls(case, world.city)
    assert (figures.calls, figures.days, figures.quiet_days) == (6, 6, 16) and not figures.is_cut
    assert (figures.callers, figures.of_known, figures.most_by_one) == (2, 4, 3)
    assert figures.types[0] == ("Tags", 4, pytest.approx(66.7, abs=0.1))
    assert [(place.name, place.calls) for place in figures.places] == [("1 Elm Street", 5), ("7 Oak Ave", 1)]
    facts = facts_of(figures, "Graffiti", 2)
    assert facts[Element.COMMUNITY] == [
        "2 known callers made 4 calls.", "One of them made 3.", "Of 2 calls nobody knows who called.",
    ]  # fmt: skip
    assert facts[Element.RECURRING][0] == "6 calls on 6 days, 15 Jun 2026 to 5 Jul 2026."
    assert facts[Element.HARM] == ["«Graffiti» is rated 2 of 5 for the harm of one call."]
    link = db.session.scalars(select(CaseCall).where(CaseCall.case_id == case.id).limit(1)).one()
    unlink_call(link, reason="A mural.", actor=world.person)
    assert count_calls(case, world.city).calls == 5


def test_calls_count_on_the_citys_clocks_in_summer_and_winter(world: World) -> None:
    case = make.make_case(rule=world.rule)
    summer, winter = datetime(2026, 7, 4, 3, 30, tzinfo=UTC), datetime(2025, 12, 6, 3, 30, tzinfo=UTC)
    clocks_moved = datetime(2026, 3, 8, 7, 30, tzinfo=UTC)  # 03:30, on the Sunday on which 02:30 did not exist
    midnight_of_a_file = datetime(2026, 7, 6, 4, 0, tzinfo=UTC)
    for at, channel in ((summer, "phone"), (winter, "phone"), (clocks_moved, "import"), (midnight_of_a_file, "import")):
        call = make.make_call(service_type=world.service_type, requested_datetime=at, channel=Channel(channel))
        make.make_case_call(case=case, call=call)
    times = count_calls(case, world.city).times
    assert times.grid[7] == [0, 0, 0, 0, 2, 0, 0], "23:30 and 22:30 of the Fridays before"
    assert times.grid[1][6] == 1 and times.weekdays == [1, 0, 0, 0, 2, 0, 1] and times.untimed == 1


def test_two_types_of_one_name_are_counted_together(world: World) -> None:
    world.call(1, service_type=make.make_service_type(family=world.family, service_name="Tags"))
    world.call(2, service_type=make.make_service_type(family=world.family, service_name="Tags"))
    figures = count_calls(world.case((3,)), world.city)
    assert ("Tags", 2) in [(name, calls) for name, calls, _ in figures.types]


def test_figures_are_cut_only_where_calls_are_left_out(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    case = world.case()
    for most, is_cut in ((3, False), (2, True)):
        monkeypatch.setattr(counting, "READ_MOST", most)
        figures = count_calls(case, world.city)
        assert (figures.calls, figures.is_cut) == (most, is_cut)


def test_a_case_without_calls_says_so_everywhere(world: World) -> None:
    figures = count_calls(make.make_case(rule=world.rule), world.city)
    facts = facts_of(figures, "Graffiti", 1)
    assert figures.calls == 0 and figures.times.sentence == "There are no calls."
    assert [words for element, words in facts.items() if element is not Element.HARM] == [["No calls are linked."]] * 5


def test_figures_cost_two_queries_however_many_calls_there_are(world: World) -> None:
    case = world.case(range(12))
    assert case.id and world.city.time_zone  # read anew first: only the counting is listened to
    with asked_statements() as asked:
        count_calls(case, world.city)
    assert len(asked) == 2 and "LIMIT" in asked[0].text


def test_earlier_endings_here_and_at_the_same_anchor_are_told_newest_first(world: World) -> None:
    case = world.case()
    assert earlier_responses(case) == []
    other = make.make_case(rule=world.rule)
    dismiss_case(other, reason="A mural.", actor=world.person)
    other.dismissed_at = make.NOW - timedelta(days=400)
    close_case(case, outcome="Painted over.", actor=world.person)
    told = earlier_responses(case)
    assert [(one.other, "Painted over." in one.words) for one in told] == [(None, True), (other, False)]
    assert told[1].words == "Dismissed: A mural."
