"""The year of calls: its size, its columns, its rhythm and everything that makes a real file hard."""

import csv
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.city.demo.years import SEED, UNTIL, calls_of
from tracker.calls.models import Channel
from tracker.city.demo import COLUMNS, HIDDEN_SINK, LISTED_SINK, DemoCall, demo_calls, demo_truth, write_demo_calls
from tracker.city.demo.catalog import read_catalog

LOCAL_END = UNTIL.astimezone(ZoneInfo("America/New_York")).replace(tzinfo=None)


def share(calls: list[DemoCall]) -> float:
    return len(calls) / len(calls_of())


def at_point(point: tuple[float, float]) -> list[DemoCall]:
    return [call for call in calls_of() if call.lat and (float(call.lat), float(call.long)) == point]


def hours_of(family: str) -> Counter[int]:
    return Counter(int(call.requested[11:13]) for call in calls_of() if call.family == family)


def months_of(family: str) -> Counter[str]:
    return Counter(call.requested[5:7] for call in calls_of() if call.family == family)


def test_a_year_has_at_least_forty_thousand_calls_of_every_type_in_order_of_time() -> None:
    calls = calls_of()
    times = [call.requested for call in calls]

    assert len(calls) >= 40_000
    assert {call.service_name for call in calls} == {service.name for service in read_catalog().services}
    assert times == sorted(times)
    assert len({call.source_id for call in calls}) == len(calls)


def test_the_calls_fill_the_365_days_before_the_end_and_nothing_lies_beyond_it() -> None:
    first, last = (datetime.fromisoformat(calls_of()[at].requested) for at in (0, -1))

    assert timedelta(0) <= first - (LOCAL_END - timedelta(days=365)) < timedelta(days=1)
    assert timedelta(0) <= LOCAL_END - last < timedelta(days=1)
    end = LOCAL_END.isoformat(" ")
    assert max(call.updated for call in calls_of()) <= end
    assert max(call.closed for call in calls_of()) <= end


def test_a_call_is_closed_or_open_and_never_before_it_was_made() -> None:
    for call in calls_of():
        assert call.requested <= call.updated
        assert (call.status == "Closed") == bool(call.closed)
        assert not call.closed or call.requested < call.closed == call.updated


def test_the_file_has_the_promised_columns_and_the_same_arguments_give_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    truth = write_demo_calls(first, SEED, UNTIL)

    assert write_demo_calls(second, SEED, UNTIL) == truth == demo_truth(SEED, UNTIL)
    assert first.read_bytes() == second.read_bytes()
    with first.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert tuple(rows[0]) == COLUMNS
    assert [tuple(row) for row in rows[1:]] == [call[: len(COLUMNS)] for call in calls_of()]


def test_another_seed_gives_another_year() -> None:
    assert next(demo_calls(7, UNTIL))[1:] != calls_of()[0][1:]


def test_a_naive_end_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        next(demo_calls(SEED, datetime(2026, 11, 22, 15, 0)))  # noqa: DTZ001 (a naive time is the point)


def test_about_three_calls_in_a_hundred_lie_on_the_listed_sink_with_many_texts_and_types() -> None:
    stuck = at_point(LISTED_SINK)

    assert 0.025 < share(stuck) < 0.035
    assert len({call.address for call in stuck}) > 1000
    assert len({call.service_name for call in stuck}) > 40


def test_a_smaller_sink_waits_to_be_found() -> None:
    stuck = at_point(HIDDEN_SINK)

    assert 0.003 < share(stuck) < 0.0055
    assert len({call.address for call in stuck}) > 100
    assert len({call.service_name for call in stuck}) > 20


def test_some_calls_have_an_address_only_and_a_few_can_not_be_placed_at_all() -> None:
    without_point = [call for call in calls_of() if not call.lat]
    nowhere = [call for call in without_point if call.position is None]

    assert 0.04 < share(without_point) < 0.08
    assert 0.005 < share(nowhere) < 0.012


def test_crossings_are_written_in_several_ways() -> None:
    for text in (" & ", " and ", " / ", " at ", "INTERSECTION of ", "Corner of "):
        assert sum(text in call.address for call in calls_of()) > 100


def test_addresses_come_in_capitals_without_ending_and_with_units() -> None:
    addresses = [call.address for call in calls_of() if call.address[:1].isdigit()]

    assert sum(address.isupper() for address in addresses) > 1000
    assert sum(address.islower() for address in addresses) > 1000
    assert sum(" Apt " in address or "#" in address for address in addresses) > 1000


def test_every_channel_is_one_that_the_city_knows_and_nobody_walks_in_by_night() -> None:
    channels = Counter(call.channel for call in calls_of())

    assert set(channels) == {"phone", "web", "social", "walk_in", "officer", "transfer_911"} <= set(Channel)
    assert min(channels.values()) > 500
    assert all("08" <= call.requested[11:13] < "17" for call in calls_of() if call.channel == "walk_in")


def test_noise_belongs_to_the_night_and_trash_to_the_day() -> None:
    noise, trash = hours_of("noise"), hours_of("sanitation")

    assert sum(noise[hour] for hour in (20, 21, 22, 23, 0, 1, 2)) > noise.total() / 2
    assert sum(trash[hour] for hour in range(7, 18)) > 0.7 * trash.total()


def test_snow_falls_in_winter_and_heat_fails_in_winter() -> None:
    snow, heat = months_of("snow"), months_of("housing")

    assert not {"05", "06", "07", "08", "09", "10"} & set(snow)
    assert heat["01"] > 3 * heat["07"]


def test_snow_comes_in_storms() -> None:
    days = Counter(call.requested[:10] for call in calls_of() if call.family == "snow" and call.problem < 0)

    assert sum(count for _, count in days.most_common(32)) > 0.6 * days.total()


def test_one_broken_main_is_called_in_by_several_channels_within_two_hours() -> None:
    truth = demo_truth(SEED, UNTIL)
    by_id = {call.source_id: call for call in calls_of()}
    events = [one for one in truth.planted if one.kind == "same_event"]

    assert len(events) >= 20
    spread = 0
    for event in events:
        times = [datetime.fromisoformat(by_id[call].requested) for call in event.source_ids]
        assert max(times) - min(times) <= timedelta(hours=2)
        spread += len({by_id[call].channel for call in event.source_ids}) > 1
    assert spread > 0.8 * len(events)


def test_every_kind_is_planted_in_every_family_of_problems() -> None:
    planted = Counter((one.family, one.kind) for one in demo_truth(SEED, UNTIL).planted)

    for family in {service.family for service in read_catalog().services} - {"care", "desk"}:
        assert planted[family, "chronic"] >= 10
        assert planted[family, "near_repeat"] >= 4


def test_a_chronic_place_has_six_to_forty_calls() -> None:
    sizes = [len(one.source_ids) for one in demo_truth(SEED, UNTIL).planted if one.kind == "chronic"]

    assert min(sizes) >= 6
    assert 25 < max(sizes) <= 40


def test_the_year_holds_in_any_season_and_zone() -> None:
    until = datetime(2027, 3, 14, 7, 30, tzinfo=UTC)  # half past two or three, when the clocks go forward

    assert len(calls_of(SEED, until)) >= 40_000
