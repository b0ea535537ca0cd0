"""What a city profile says once it is read and checked: plain frozen records, no database behind them.

A file that the folder does not hold is None, which loading leaves as it is; an empty file is an empty tuple.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..calls.models import ServicePace
from ..calls.questions.models import Datatype
from ..places.models import AreaKind
from ..scheduling.playbooks.step_kinds import StepKind
from ..scheduling.resources.models import ResourceKind
from ..scheduling.resources.shift_rules import ShiftRule
from ..staff.models import Role
from .hours import DeadlineFacts


@dataclass(frozen=True, slots=True)
class Bounds:
    """The rectangle in degrees that holds the city, edges included."""

    south: float
    west: float
    north: float
    east: float

    def holds(self, lat: float, long: float) -> bool:
        """Whether a point in degrees lies within."""
        return self.south <= lat <= self.north and self.west <= long <= self.east


@dataclass(frozen=True, slots=True)
class CityFacts:
    """The city's name, clock and place on the globe (degrees)."""

    name: str
    slug: str
    time_zone: str
    localities: tuple[str, ...]
    origin_lat: float
    origin_long: float
    bounds: Bounds
    phone_prefix: str
    jurisdiction_id: str
    contact: str
    data_license: str


@dataclass(frozen=True, slots=True)
class SinkFacts:
    """A position (degrees) by which a geocoder says «don't know»."""

    lat: float
    long: float
    note: str


@dataclass(frozen=True, slots=True)
class AreaFacts:
    """A named polygon; `geometry` is GeoJSON, longitude first; the point lies inside it. `mended` says what was."""

    kind: AreaKind
    code: str
    name: str
    geometry: dict[str, Any]
    point_lat: float
    point_long: float
    mended: str


@dataclass(frozen=True, slots=True)
class FamilyFacts:
    """A family of problems that count together."""

    code: str
    name: str
    harm_weight: int
    color: str


@dataclass(frozen=True, slots=True)
class QuestionFacts:
    """A question of a service type; `values` are (key, name) of what can be chosen."""

    code: str
    prompt: str
    datatype: Datatype
    required: bool
    datatype_description: str
    values: tuple[tuple[str, str], ...]
    variable: bool


@dataclass(frozen=True, slots=True)
class TypeFacts:
    """A service type, by the code of its family."""

    service_code: str
    service_name: str
    family: str
    group: str
    keywords: tuple[str, ...]
    weight: int
    default_priority: int
    due_days: int | None
    public: bool
    confidential: bool
    test: bool
    publish_after_days: int
    pace: ServicePace
    description: str
    questions: tuple[QuestionFacts, ...]


@dataclass(frozen=True, slots=True)
class AnswerFacts:
    """What the city answers to what people often ask, in English and Spanish."""

    code: str
    title: str
    text_en: str
    text_es: str
    keywords: tuple[str, ...]
    link: str


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """When calls of a family make a case: metres, days, summed weight, distinct local dates."""

    radius_m: int
    window_days: int
    threshold: int
    distinct_days: int


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The default rule and the rules of families that differ from it."""

    default: RuleFacts
    families: dict[str, RuleFacts]

    def rule_of(self, family: str) -> RuleFacts:
        """The rule that holds for the family with this code."""
        return self.families.get(family, self.default)


@dataclass(frozen=True, slots=True)
class StepFacts:
    """One step of a playbook; what its kind has no use for is empty. `partner` is the code of a partner."""

    title: str
    due_days: int
    kind: StepKind = StepKind.WORK_ORDER
    skill: str = ""
    minutes: int = 0
    people: int = 1
    needs: tuple[str, ...] = ()
    after: int | None = None
    """The number of the step whose work is done first."""
    details: str = ""
    template: str = ""
    partner: str | None = None


@dataclass(frozen=True, slots=True)
class PlaybookFacts:
    """What is usually done about a family of problems, step by step."""

    family: str
    name: str
    steps: tuple[StepFacts, ...]


@dataclass(frozen=True, slots=True)
class PartnerFacts:
    """An agency that helps; no families: with every one."""

    code: str
    name: str
    purpose: str
    contact_person: str
    phone: str
    email: str
    families: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StaffFacts:
    """A staff account; `families` None: all of them. `center` is the code of a service center.

    `resources`: codes of what somebody of a crew drives out with.
    """

    sign_in_name: str
    display_name: str
    email: str
    role: Role
    center: str | None
    families: tuple[str, ...] | None
    resources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ResourceFacts:
    """A crew, vehicle, person or piece of equipment; `center` None serves the whole city; base in degrees.

    `members` are the codes of resources of the same file; with them it is a team.
    """

    code: str
    name: str
    kind: ResourceKind
    skills: tuple[str, ...]
    center: str | None
    base_lat: float
    base_long: float
    shifts: tuple[ShiftRule, ...]
    people: int
    capacity: int | None
    cost_cents_per_hour: int | None
    lends_to_priority: int
    lends_within_days: int
    members: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class StreetFacts:
    """A street segment between two crossings; `coordinates` as in GeoJSON, longitude first."""

    name: str
    from_number: int | None
    to_number: int | None
    priority: str
    coordinates: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class AddressFacts:
    """One row of `addresses.csv`: its line, a position in degrees, house number and street as written."""

    line: int
    lat: float
    long: float
    number: str
    street: str
    postcode: str


@dataclass(frozen=True, slots=True)
class AddressFile:
    """A checked `addresses.csv`: too long to hold in memory, so its rows are read again when they are loaded."""

    path: Path
    inside: int
    outside: int
    """Addresses outside the bounds; they are passed over."""


@dataclass(frozen=True, slots=True)
class CityProfile:
    """A whole profile, every file checked against the others."""

    city: CityFacts
    sinks: tuple[SinkFacts, ...]
    areas: tuple[AreaFacts, ...] | None
    families: tuple[FamilyFacts, ...] | None
    service_types: tuple[TypeFacts, ...] | None
    answers: tuple[AnswerFacts, ...] | None
    rules: RuleBook | None
    deadlines: DeadlineFacts | None
    partners: tuple[PartnerFacts, ...] | None
    playbooks: tuple[PlaybookFacts, ...] | None
    staff: tuple[StaffFacts, ...] | None
    resources: tuple[ResourceFacts, ...] | None
    streets: tuple[StreetFacts, ...] | None
    addresses: AddressFile | None


@dataclass(frozen=True, slots=True)
class Known:
    """What the database already holds, so that a folder may bring only what is new. `slug` None: no city yet."""

    slug: str | None = None
    families: frozenset[str] = frozenset()
    centers: frozenset[str] = frozenset()
    partners: frozenset[str] = frozenset()
    resources: frozenset[str] = frozenset()


NOTHING_KNOWN = Known()
