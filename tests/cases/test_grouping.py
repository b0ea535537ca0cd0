"""Properties of the grouping kernel, each over many small worlds."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cases.grouping_oracle import CLOSED, DAY, DISMISSED, OPEN, WORKED_ON, Terms
from tests.cases.grouping_worlds import History, Report, World, run_kernel, run_oracle, worlds

many = settings(max_examples=500)
some = settings(max_examples=100)


def square_distance(x: int, y: int, report: Report) -> int:
    return (x - report.x) ** 2 + (y - report.y) ** 2


def in_order(reports: list[Report]) -> list[Report]:
    return sorted(reports, key=lambda report: report.order_key)


def reports_of(world: World) -> dict[str, Report]:
    return {report.id: report for report in [*world.loose, *world.new]}


def links(world: World, history: History) -> list[tuple[Report, int]]:
    calls = reports_of(world)
    return [(calls[call], case) for call, case in history.case_of.items() if isinstance(case, int)]


def radii_m(world: World, history: History) -> list[int]:
    own = [case.radius_m for case in world.cases]
    return own + [world.terms.radius_m] * (len(history.places) - len(own))


@many
@given(worlds())
def test_the_kernel_says_what_the_oracle_says(world: World) -> None:
    assert run_kernel(world) == run_oracle(world)


@many
@given(worlds(people=False, most_calls=40))
def test_from_nothing_the_kernel_says_what_the_oracle_says(world: World) -> None:
    assert run_kernel(world) == run_oracle(world)


@some
@given(worlds(), st.data())
def test_calls_that_arrive_late_are_taken_as_the_oracle_takes_them(world: World, data: st.DataObject) -> None:
    arrivals = data.draw(st.permutations(world.new))
    cut = data.draw(st.integers(0, len(arrivals)))
    deliveries = [arrivals[:cut], arrivals[cut:]]
    assert run_kernel(world, *deliveries) == run_oracle(world, *deliveries)
    singly = [[report] for report in arrivals]
    assert run_kernel(world, [], *singly) == run_oracle(world, [], *singly)


@some
@given(worlds(), st.data())
def test_however_a_delivery_is_cut_the_outcome_is_the_same(world: World, data: st.DataObject) -> None:
    ordered = in_order(world.new)
    cut = data.draw(st.integers(0, len(ordered)))
    whole = run_kernel(world)
    assert run_kernel(world, ordered[:cut], ordered[cut:]) == whole
    assert run_kernel(world, [], *[[report] for report in ordered]) == whole


@some
@given(worlds(), st.data())
def test_the_order_of_lines_in_a_file_means_nothing(world: World, data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(world.new))
    assert run_kernel(world, shuffled).partition() == run_kernel(world).partition()


@some
@given(worlds(), st.sampled_from([(10**6, -(10**7)), (-7, 13), (10**8, 10**8)]))
def test_where_the_city_lies_means_nothing(world: World, shift: tuple[int, int]) -> None:
    moved = move(world, *shift)
    assert run_kernel(moved).case_of == run_kernel(world).case_of


def move(world: World, east: int, north: int) -> World:
    """The same world elsewhere."""

    def moved(thing):
        return type(thing)(**{**vars(thing), "x": thing.x + east, "y": thing.y + north})

    return World(world.terms, *[[moved(thing) for thing in things] for things in (world.cases, world.loose, world.new)])


@some
@given(worlds())
def test_every_call_taken_is_in_one_case_or_loose_or_muted(world: World) -> None:
    history = run_kernel(world)
    assert set(history.case_of) == set(reports_of(world))
    for case in history.case_of.values():
        assert case in ("loose", "muted") or 0 <= case < len(history.places)


@some
@given(worlds())
def test_every_link_lies_within_the_radius_of_its_case(world: World) -> None:
    history = run_kernel(world)
    radii = radii_m(world, history)
    for report, case in links(world, history):
        assert square_distance(*history.places[case], report) <= (10 * radii[case]) ** 2


@some
@given(worlds(people=False, most_calls=40))
def test_a_case_is_at_most_two_radii_wide(world: World) -> None:
    history = run_kernel(world)
    for (a, case_a), (b, case_b) in combinations(links(world, history), 2):
        if case_a == case_b:
            assert square_distance(a.x, a.y, b) <= (20 * world.terms.radius_m) ** 2


@some
@given(worlds())
def test_every_case_opens_with_the_weight_and_the_dates(world: World) -> None:
    history = run_kernel(world)
    for case in range(len(world.cases), len(history.places)):
        disc = [r for r, c in links(world, history) if c == case and not history.joined[r.id] and r.weight > 0]
        assert sum(report.weight for report in disc) >= world.terms.threshold
        assert len({report.day for report in disc}) >= world.terms.distinct_days


@some
@given(worlds())
def test_a_window_spans_the_counted_calls_of_its_case(world: World) -> None:
    history = run_kernel(world)
    for case, window in enumerate(history.windows):
        instants = [report.at for report, c in links(world, history) if c == case and report.weight > 0]
        if case < len(world.cases) and world.cases[case].window:
            instants += world.cases[case].window
        assert window == ((min(instants), max(instants)) if instants else None)


@some
@given(worlds(people=False, most_calls=40), st.data())
def test_taking_alone_never_leaves_a_dense_place_behind(world: World, data: st.DataObject) -> None:
    arrivals = data.draw(st.permutations(world.new))
    cut = data.draw(st.integers(0, len(arrivals)))
    for history in (run_kernel(world), run_kernel(world, arrivals[:cut], arrivals[cut:])):
        calls = reports_of(world)
        loose = [calls[call] for call, case in history.case_of.items() if case == "loose"]
        for call in loose:
            before = [
                e for e in loose if e.order_key <= call.order_key and e.at >= call.at - world.terms.window_days * DAY
            ]
            for site in before:
                assert site.weight == 0 or not is_dense(world.terms, site, before)


def is_dense(terms: Terms, site: Report, loose: list[Report]) -> bool:
    disc = [e for e in loose if e.weight > 0 and square_distance(site.x, site.y, e) <= (10 * terms.radius_m) ** 2]
    return sum(e.weight for e in disc) >= terms.threshold and len({e.day for e in disc}) >= terms.distinct_days


@some
@given(worlds())
def test_a_call_is_never_put_back_where_a_person_removed_it(world: World) -> None:
    for report, case in links(world, run_kernel(world)):
        assert case not in report.banned_from


@some
@given(worlds())
def test_dismissed_cases_absorb_nothing_and_mute_what_came_before(world: World) -> None:
    history = run_kernel(world)
    for _, case in links(world, history):
        assert case >= len(world.cases) or world.cases[case].status != DISMISSED
    for report in reports_of(world).values():
        muting = [
            case
            for case in world.cases
            if case.status == DISMISSED
            and report.at <= case.decided_at
            and square_distance(case.x, case.y, report) <= (10 * case.radius_m) ** 2
        ]
        if muting:
            assert history.case_of[report.id] == "muted" or history.joined[report.id]
        else:
            assert history.case_of[report.id] != "muted"


@some
@given(worlds())
def test_a_closed_case_recurs_once_by_its_first_call_after_the_closure(world: World) -> None:
    history = run_kernel(world)
    for number, case in enumerate(world.cases):
        later = [
            r for r, c in links(world, history) if c == number and case.status == CLOSED and r.at > case.decided_at
        ]
        assert history.recurred.get(number) == (in_order(later)[0].id if later else None)
        assert history.statuses[number] == (WORKED_ON if later else case.status)
    assert set(history.statuses[len(world.cases) :]) <= {OPEN}


@some
@given(worlds())
def test_a_weightless_call_opens_nothing_and_is_no_anchor(world: World) -> None:
    calls = reports_of(world)
    for opener, anchor in run_kernel(world).opened:
        assert calls[opener].weight > 0
        assert calls[anchor].weight > 0
