"""Made-up cities for the planner: few of everything, so that crews collide."""

from datetime import date, timedelta

from hypothesis import strategies as st

from tracker.scheduling.planning.facts import Facts, OrderFacts, ResourceFacts, ShiftFacts, Stop

FIRST_DAY = date(2026, 6, 15)
DAY_SLOTS = 96
SKILLS = ("tree", "tow", "rodent")
CENTERS = (1, 2)
_spots = st.tuples(st.integers(-8, 8), st.integers(-8, 8)).map(lambda spot: (spot[0] * 5_000, spot[1] * 5_000))


@st.composite
def _shifts(draw: st.DrawFn, days: int) -> tuple[ShiftFacts, ...]:
    working = draw(st.sets(st.integers(0, days - 1), max_size=days))
    made = []
    for offset in sorted(working):
        start = offset * DAY_SLOTS + draw(st.integers(24, 40))
        made.append(ShiftFacts(FIRST_DAY + timedelta(days=offset), start, start + draw(st.integers(4, 40))))
    return tuple(made)


@st.composite
def _stops(draw: st.DrawFn, resource: ResourceFacts) -> list[Stop]:
    made: list[Stop] = []
    for shift in resource.shifts:
        free_from = shift.start
        while draw(st.booleans()) and free_from + 2 < shift.end:
            start = draw(st.integers(free_from, shift.end - 2))
            end = draw(st.integers(start + 1, shift.end))
            made.append(Stop(resource.id, start, end, *draw(_spots), f"stop {len(made)}"))
            free_from = end
    return made


@st.composite
def worlds(draw: st.DrawFn) -> Facts:
    """A few days, crews with shifts and bookings, and more orders than they can take."""
    days = draw(st.integers(1, 4))
    resources, stops = [], []
    for number in range(1, draw(st.integers(0, 4)) + 1):
        skills = draw(st.frozensets(st.sampled_from(SKILLS), max_size=2))
        center = draw(st.sampled_from([None, *CENTERS]))
        resource = ResourceFacts(number, f"crew-{number}", skills, center, *draw(_spots), draw(_shifts(days)))
        resources.append(resource)
        stops += draw(_stops(resource))
    orders = []
    for number in range(1, draw(st.integers(0, 12)) + 1):
        due = draw(st.integers(-1, days))
        orders.append(
            OrderFacts(
                id=number,
                address=f"{number} Elm St",
                priority=draw(st.integers(1, 3)),
                due_on=FIRST_DAY + timedelta(days=due),
                due_slot=(due + 1) * DAY_SLOTS,
                skill=draw(st.sampled_from(SKILLS)),
                slots=draw(st.integers(1, 20)),
                x_dm=(spot := draw(_spots))[0],
                y_dm=spot[1],
                center_id=draw(st.sampled_from([None, *CENTERS])),
                earliest=draw(st.sampled_from([0, 0, 30, 120])),
            )
        )
    dates = tuple(FIRST_DAY + timedelta(days=offset) for offset in range(days))
    return Facts(dates, tuple(orders), tuple(resources), tuple(stops))
