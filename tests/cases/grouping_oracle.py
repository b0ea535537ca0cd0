"""The rule that makes cases, written a second time: slow, obvious, straight from its text.

Nothing here is shared with the kernel. Positions are whole decimetres, instants whole microseconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field

DAY = 24 * 60 * 60 * 1_000_000
OPEN, WORKED_ON, CLOSED, DISMISSED = "open", "worked on", "closed", "dismissed"


@dataclass(frozen=True)
class Terms:
    radius_m: int
    window_days: int
    threshold: int
    distinct_days: int = 1


@dataclass(eq=False)
class Call:
    at: int
    id: str
    x: int
    y: int
    weight: int = 1
    day: int = 0
    banned_from: tuple[Case, ...] = ()
    case: Case | None = None
    joined: bool = False
    muted: bool = False

    @property
    def order_key(self) -> tuple[int, str]:
        return (self.at, self.id)


@dataclass(eq=False)
class Case:
    x: int
    y: int
    terms: Terms
    status: str = OPEN
    decided_at: int = 0
    monitored_until: int = 0
    first_at: int | None = None
    last_at: int | None = None
    opened_by: Call | None = None
    anchor: Call | None = None
    reopened_by: Call | None = None
    disc: list[Call] = field(default_factory=list)

    def is_joinable(self, at: int) -> bool:
        if self.status == OPEN:
            if self.first_at is None or self.last_at is None:
                return False
            window = self.terms.window_days * DAY
            return self.first_at - window <= at <= self.last_at + window
        if self.status == WORKED_ON:
            return True
        return self.status == CLOSED and at < self.monitored_until

    def stretch_to(self, call: Call) -> None:
        if call.weight > 0:
            self.first_at = call.at if self.first_at is None else min(self.first_at, call.at)
            self.last_at = call.at if self.last_at is None else max(self.last_at, call.at)


def square_distance(a: Call | Case, b: Call | Case) -> int:
    return (a.x - b.x) ** 2 + (a.y - b.y) ** 2


def lies_within(a: Call | Case, b: Call | Case, terms: Terms) -> bool:
    return square_distance(a, b) <= (10 * terms.radius_m) ** 2


def same_time(a: Call, at: int, terms: Terms) -> bool:
    return abs(a.at - at) <= terms.window_days * DAY


@dataclass
class Family:
    """What is known of one family: its cases in opening order, its loose calls."""

    terms: Terms
    cases: list[Case] = field(default_factory=list)
    loose: list[Call] = field(default_factory=list)

    def take_delivery(self, calls: list[Call]) -> None:
        """Take a delivery in order; first, loose calls that a dismissal mutes stop counting."""
        for call in list(self.loose):
            if self.mutes(call):
                call.muted = True
                self.loose.remove(call)
        for call in sorted(calls, key=lambda call: call.order_key):
            self.take(call)

    def take(self, call: Call) -> None:
        case = self.find_case_to_join(call)
        if case:
            self.join(call, case)
        elif self.mutes(call):
            call.muted = True
        else:
            self.loose.append(call)
            if call.weight > 0:
                self.open_if_dense(call)

    def find_case_to_join(self, call: Call) -> Case | None:
        fitting = [
            case
            for case in self.cases
            if case.is_joinable(call.at) and lies_within(call, case, case.terms) and case not in call.banned_from
        ]
        return min(fitting, key=lambda case: (square_distance(call, case), self.cases.index(case)), default=None)

    def join(self, call: Call, case: Case) -> None:
        call.case, call.joined = case, True
        case.stretch_to(call)
        if case.status == CLOSED and call.at > case.decided_at:
            case.status = WORKED_ON
            case.reopened_by = call

    def mutes(self, call: Call) -> bool:
        return any(
            case.status == DISMISSED and call.at <= case.decided_at and lies_within(call, case, case.terms)
            for case in self.cases
        )

    def disc_about(self, x: int, y: int, at: int) -> list[Call]:
        site = Call(at, "site", x, y)
        return [call for call in self.loose if lies_within(call, site, self.terms) and same_time(call, at, self.terms)]

    def is_dense(self, disc: list[Call]) -> bool:
        counted = [call for call in disc if call.weight > 0]
        weight = sum(call.weight for call in counted)
        return weight >= self.terms.threshold and len({call.day for call in counted}) >= self.terms.distinct_days

    def open_if_dense(self, call: Call) -> None:
        counted = [
            other
            for other in self.loose
            if other.weight > 0 and lies_within(other, call, self.terms) and same_time(other, call.at, self.terms)
        ]
        best = None
        for x, y in {(other.x, other.y) for other in counted}:
            if self.is_dense(self.disc_about(x, y, call.at)):
                at_site = [other for other in counted if (other.x, other.y) == (x, y)]
                latest = max(at_site, key=lambda other: other.order_key)
                rank = (sum(other.weight for other in at_site), latest.order_key)
                if best is None or rank > best[0]:
                    best = (rank, latest)
        if best:
            self.open_case(best[1], call)

    def open_case(self, anchor: Call, opener: Call) -> None:
        case = Case(anchor.x, anchor.y, self.terms, opened_by=opener, anchor=anchor)
        self.cases.append(case)
        case.disc = self.disc_about(anchor.x, anchor.y, opener.at)
        for call in case.disc:
            call.case = case
            case.stretch_to(call)
            self.loose.remove(call)
