"""What must follow from what people did, by plain rules in words. It knows nothing of the program but its own names.

Every instant is the city's wall clock, at a full or half hour; in June no clock is moved.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

HOURS = {"accept": 16, "scan": 40, "respond": 120, "review": 160}
"""Working hours until something is due, Monday to Friday from eight to five."""
ASKED = {"accept": "Accept", "scan": "Finish scanning", "respond": "Begin the response", "review": "Look at it again"}
USUAL = {
    "scanning": "Look whether it is one problem",
    "analysis": "Find out why it keeps coming back",
    "response": "Get something done about it",
    "assessment": "See whether it worked",
}
TICK = timedelta(minutes=30)
ONE_LOOK, CAUGHT_UP = timedelta(hours=1), timedelta(days=3)
TASK, VISIT, DEADLINE = 0, 1, 2
ANY_TIME = time(0)


@dataclass(frozen=True, order=True)
class Step:
    """Something to do by a day, and whose. Of two for one day tasks come before visits, those before deadlines."""

    due: date
    kind: int
    hour: time
    """Of two deadlines on one day the earlier one comes first."""
    what: str
    whose: str


@dataclass(frozen=True)
class Expected:
    """What a screen must say of a case."""

    what: str
    whose: str = ""
    due: date | None = None
    is_late: bool = False


def on(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """An hour of a day on the city's wall clock."""
    return datetime.combine(day, time(hour, minute))


def due_at(start: datetime, hours: float, still: list[tuple[datetime, datetime]]) -> datetime:
    """Go on from `start` in steps of half an hour and count those in which somebody works and no clock is stopped."""
    left, now = timedelta(hours=hours), start
    while left > timedelta(0):
        works = now.weekday() < 5 and time(8) <= now.time() < time(17)
        if works and not any(begin <= now < end for begin, end in still):
            left -= TICK
        now += TICK
    return now


@dataclass
class Known:
    """One case as the script left it."""

    address: str
    family: str
    center: str
    place: tuple[float, float]
    number: str = ""
    owner: str = ""
    given_at: datetime = field(default_factory=lambda: on(date.min))
    is_accepted: bool = False
    looked_at: datetime | None = None
    status: str = "open"
    phase: str = "scanning"
    clocks: dict[str, datetime] = field(default_factory=dict)
    """Since when each deadline runs."""
    later: dict[str, datetime] = field(default_factory=dict)
    """Deadlines that a supervisor has moved, and to when."""
    steps: list[Step] = field(default_factory=list)
    """What is open: tasks, what partners were asked for, planned visits."""
    carried: list[Step] = field(default_factory=list)
    """What went along when it was merged."""
    kept: tuple[dict[str, datetime], dict[str, datetime], datetime | None] = ({}, {}, None)
    """Its clocks, the dates it was given and its pause as they stood before it was merged."""
    still: list[tuple[datetime, datetime]] = field(default_factory=list)
    paused_at: datetime | None = None
    watched_until: datetime | None = None
    asleep_until: date | None = None
    is_confirmed: bool = False
    along: list[str] = field(default_factory=list)
    """What went along when the case was handed over for a leave."""
    into: str = ""

    # What happens to it.

    def given(self, owner: str, now: datetime, *, by_person: bool = True) -> None:
        """It has a new owner, or none; she has her own time to accept it."""
        self.owner, self.given_at, self.is_accepted = owner, now, False
        self.clocks.pop("accept", None)
        self.later.pop("accept", None)
        if by_person:
            self.looked(now)
        self.settle(now)

    def accepted(self, now: datetime) -> None:
        """Its owner takes it on."""
        self.is_accepted = True
        self.looked(now)
        self.settle(now)

    def looked(self, now: datetime) -> None:
        """Somebody did something about it, which wakes it if it sleeps. What is done within an hour is one look."""
        self.looked_at, self.asleep_until = now, None
        if "review" in self.clocks and now > self.clocks["review"] + ONE_LOOK:
            self.clocks["review"] = now

    def goes_to(self, phase: str, now: datetime) -> None:
        """It is in another phase."""
        self.phase = phase
        self.looked(now)
        self.settle(now)

    def ended(self, status: str, now: datetime) -> None:
        """It is closed, dismissed or merged: nothing runs any more."""
        self.status = status
        self.kept = dict(self.clocks), dict(self.later), self.paused_at
        if status == "closed":
            self.phase = "assessment"
        self.looked_at, self.paused_at = now, None
        self.settle(now)

    def open_again(self, now: datetime, *, phase: str = "scanning", by_person: bool) -> None:
        """Reopened by a person, or by a call; scanning begins anew."""
        self.status, self.phase, self.watched_until, self.is_confirmed = "open", phase, None, False
        if by_person:
            self.looked(now)
        self.settle(now)

    def one_again(self, now: datetime) -> None:
        """Its merge is taken back: what ran goes on as if nothing had been between; taking it back is a look."""
        self.clocks, self.later, self.paused_at = self.kept
        self.open_again(now, phase=self.phase, by_person=True)

    def settle(self, now: datetime) -> None:
        """Which deadlines run: each until its end is reached; a new one from when the owner got the case.

        If that is more than three days ago, from now: nobody is late for what was not asked.
        """
        wanted = {"accept", "scan", "respond", "review"} if self.status == "open" else set()
        if self.is_accepted:
            wanted.discard("accept")
        if self.phase != "scanning":
            wanted.discard("scan")
        if self.phase in ("response", "assessment"):
            wanted.discard("respond")
        self.clocks = {kind: start for kind, start in self.clocks.items() if kind in wanted}
        for kind in wanted - self.clocks.keys():
            begin = self.given_at
            if kind == "review" and self.looked_at:
                begin = max(begin, self.looked_at)
            self.clocks[kind] = begin if now - begin <= CAUGHT_UP else now

    # What follows.

    def due(self, kind: str) -> datetime:
        """When a deadline is due."""
        return self.later.get(kind) or due_at(self.clocks[kind], HOURS[kind], self.still)

    def late(self, now: datetime) -> set[str]:
        """Which deadlines are late: past by now, or past already when the clock was stopped."""
        return {kind for kind in self.clocks if self.due(kind) < (self.paused_at or now)}

    def next_step(self, now: datetime) -> Expected | None:
        """The one thing to do first.

        Nothing for what is dismissed. Else all that has a day: open tasks, requests to partners, visits, and
        the deadlines unless the clock stands still. What is due today or late comes first, and so does finding an owner
        and accepting; among these, and else among all, the earliest day. Without any day: what the case itself asks.
        """
        today = now.date()
        if self.status == "dismissed":
            return None
        steps = list(self.steps)
        own = "Give it an owner" if not self.owner else "Accept it"
        if not self.paused_at:
            words = {**ASKED, "accept": own}
            due = {kind: self.due(kind) for kind in self.clocks}
            steps += [Step(at.date(), DEADLINE, at.time(), words[kind], self.owner) for kind, at in due.items()]
        urgent = [one for one in steps if one.due <= today or one.what == own]
        if not urgent and self.status == "open" and not self.is_accepted:
            return Expected(own, self.owner)
        if urgent or steps:
            first = min(urgent or steps)
            # A deadline has its hour; a task or a visit has the whole of its day.
            is_late = first.due < today
            if first.kind == DEADLINE:
                is_late = datetime.combine(first.due, first.hour) < now
            return Expected(first.what, first.whose, first.due, is_late)
        if self.status == "closed" and not self.is_confirmed:
            return Expected(f"Watched until {self.watched_until:%-d %b %Y}")
        if self.status != "open":
            return None
        return Expected(USUAL[self.phase], self.owner)
