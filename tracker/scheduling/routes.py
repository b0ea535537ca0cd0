"""The one door to PyVRP: a routing problem in plain numbers goes in, routes come out.

PyVRP knows nothing of skills, districts or lateness. All of it is `extra_costs`: what it costs, beyond the way, that a
vehicle makes a visit; `FORBIDDEN` where it may not. Each different column of it becomes a profile, PyVRP's word
for a vehicle's own view of the distances. Every visit is optional, and leaving one out costs its `worth`: so there is
always an answer, and the search begins with nobody driving, which led it nearer to the best than its own beginning did.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyvrp
from numpy.typing import NDArray
from pyvrp.search import NeighbourhoodParams
from pyvrp.stop import MaxRuntime, MultipleCriteria, NoImprovement

FORBIDDEN = -1
_NEVER = 1 << 30
"""A way so long that no visit is worth it."""
_SEED = 311
_NEIGHBORS = 35
"""Of each visit so many others are tried beside it: PyVRP's 50 took half as long again and found no more."""

logging.getLogger("pyvrp").setLevel(logging.WARNING)  # it would write to standard output, which is ours

Matrix = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Vehicle:
    """One vehicle's tour between two places and two instants. Equal vehicles are told apart only by their place."""

    start: int
    end: int
    opens: int
    closes: int
    longest: int | None = None
    """Its tour takes no longer than this, waiting included; None: as long as it is open."""
    capacity: int | None = None
    already: int = 0
    """The distance that it drives even with no visit, from `start` to `end`: only what comes on top costs."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Work at a place that takes some time and begins between two instants, both included."""

    place: int
    takes: int
    opens: int
    closes: int
    load: int = 0
    worth: int = 0


@dataclass(frozen=True, slots=True)
class RoutingProblem:
    """Places are indices into the square matrices; distances cost 1 a unit; times are in a unit of their own.

    `extra_costs` has a row a visit and a column a vehicle.
    """

    distances: Matrix
    durations: Matrix
    vehicles: Sequence[Vehicle]
    visits: Sequence[Visit]
    extra_costs: Matrix


Routes = list[list[int]]
"""For each vehicle the indices of its visits, in order."""


def find_routes(problem: RoutingProblem, *, seconds: float, patience: int) -> Routes:
    """Good routes, looked for until `patience` tries in a row found nothing better, and no longer than `seconds`.

    Unless the time runs out, the same problem always gets the same answer.
    """
    if not problem.vehicles or not problem.visits:
        return [[] for _ in problem.vehicles]
    shape = _Shape(problem)
    data = shape.data()
    stop = MultipleCriteria([NoImprovement(patience), MaxRuntime(seconds)])
    params = pyvrp.SolveParams(neighbourhood=NeighbourhoodParams(num_neighbours=_NEIGHBORS))
    nobody = pyvrp.Solution(data, [])
    result = pyvrp.solve(data, stop, _SEED, collect_stats=False, params=params, initial_solution=nobody)
    return shape.routes_out(result.best)


class _Shape:
    """How the problem lies in PyVRP's: a location a visit, a starting point or an end; vehicles alike are one type."""

    def __init__(self, problem: RoutingProblem) -> None:
        self.problem = problem
        self.starts = _numbered((vehicle.start, vehicle.already) for vehicle in problem.vehicles)
        self.ends = _numbered((vehicle.end, 0) for vehicle in problem.vehicles)
        self.profiles: dict[bytes, int] = {}
        self.alike: dict[tuple[Vehicle, int], list[int]] = defaultdict(list)
        for number, vehicle in enumerate(problem.vehicles):
            column = np.ascontiguousarray(problem.extra_costs[:, number]).tobytes()
            self.alike[vehicle, self.profiles.setdefault(column, len(self.profiles))].append(number)

    def data(self) -> pyvrp.ProblemData:
        """The problem as PyVRP wants it."""
        visits, many = self.problem.visits, len(self.problem.visits)
        places = [visit.place for visit in visits] + [place for place, _ in (*self.starts, *self.ends)]
        loads = any(vehicle.capacity is not None for vehicle in self.problem.vehicles)
        distances = self.problem.distances[np.ix_(places, places)].copy()
        durations = self.problem.durations[np.ix_(places, places)]
        for (_, already), row in self.starts.items():
            distances[many + row, :] -= already
        np.fill_diagonal(distances, 0)
        columns = [np.frombuffer(column, dtype=np.int64) for column in self.profiles]
        return pyvrp.ProblemData(
            [pyvrp.Location(0, 0) for _ in places],
            [_client(number, visit, loads) for number, visit in enumerate(visits)],
            [pyvrp.Depot(many + number) for number in range(len(places) - many)],
            [self._type(vehicle, profile, len(same), loads) for (vehicle, profile), same in self.alike.items()],
            [_seen(distances, column) for column in columns],  # type: ignore[misc]  # it means any array
            [durations] * len(columns),  # type: ignore[list-item]
        )

    def _type(self, vehicle: Vehicle, profile: int, many: int, loads: bool) -> pyvrp.VehicleType:
        total = sum(visit.load for visit in self.problem.visits)
        return pyvrp.VehicleType(
            many,
            [total if vehicle.capacity is None else vehicle.capacity] if loads else [],
            start_depot=self.starts[vehicle.start, vehicle.already],
            end_depot=len(self.starts) + self.ends[vehicle.end, 0],
            tw_early=vehicle.opens,
            tw_late=vehicle.closes,
            shift_duration=vehicle.closes - vehicle.opens if vehicle.longest is None else vehicle.longest,
            profile=profile,
        )

    def routes_out(self, solution: pyvrp.Solution) -> Routes:
        """PyVRP's routes as ours; a visit that the vehicle may not make is dropped."""
        free = [list(same) for same in self.alike.values()]
        found: Routes = [[] for _ in self.problem.vehicles]
        for route in solution.routes():
            vehicle = free[route.vehicle_type()].pop(0)
            made = [activity.idx for activity in route if activity.is_client()]
            found[vehicle] = [visit for visit in made if self.problem.extra_costs[visit, vehicle] != FORBIDDEN]
        return found


def _numbered(keys: Iterable[tuple[int, int]]) -> dict[tuple[int, int], int]:
    return {key: number for number, key in enumerate(dict.fromkeys(keys))}


def _client(number: int, visit: Visit, loads: bool) -> pyvrp.Client:
    return pyvrp.Client(
        number,
        [visit.load] if loads else [],
        service_duration=visit.takes,
        tw_early=visit.opens,
        tw_late=visit.closes,
        prize=visit.worth,
        required=False,
    )


def _seen(distances: Matrix, column: Matrix) -> Matrix:
    """The distances with what each visit costs besides; coming to a forbidden one is never worth it."""
    added = np.where(column == FORBIDDEN, _NEVER, column)
    seen = distances.copy()
    seen[:, : len(column)] += added
    np.fill_diagonal(seen, 0)
    return seen
