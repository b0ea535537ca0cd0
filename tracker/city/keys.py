"""Every key of every file of a city profile, as tables. `docs/profile.md` explains them; a test compares the two."""

import re
from datetime import date, datetime

from ..calls.models import ServicePace
from ..calls.questions.models import Datatype
from ..cases.deadlines.defaults import MOST_HOURS
from ..cases.deadlines.kinds import DeadlineKind
from ..clock import can_be_meant
from ..places.models import AreaKind
from ..scheduling.playbooks.step_kinds import StepKind
from ..scheduling.resources.lending import LEAST_URGENT, MOST_DAYS
from ..scheduling.resources.limits import MOST_CAPACITY, MOST_PEOPLE
from ..scheduling.resources.models import ResourceKind
from ..scheduling.resources.shift_text import MOST_WEEKS
from ..scheduling.resources.shifts import DAY_MINUTES, SHIFTS_BEGIN
from ..staff.models import Role
from . import entries as a
from .entries import Key

LATITUDE = a.number(-90, 90)
LONGITUDE = a.number(-180, 180)
PRIORITIES = ("main", "residential")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST_NUMBER = 999_999
_QUESTION_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")


def _priority(value: object) -> str:
    if value not in PRIORITIES:
        raise ValueError(f"must be one of {', '.join(PRIORITIES)}")
    return str(value)


def _minute(value: object) -> int:
    """Minutes after midnight of a text such as "07:30"; "24:00" is the end of the day."""
    parts = value.split(":") if isinstance(value, str) else []
    if len(parts) == 2 and all(len(part) == 2 and part.isascii() and part.isdigit() for part in parts):
        hours, minutes = int(parts[0]), int(parts[1])
        if minutes < 60 and hours * 60 + minutes <= 1440:
            return hours * 60 + minutes
    raise ValueError('must be a time of day such as "07:30" (at most "24:00")')


def _days(value: object) -> tuple[int, ...]:
    if not isinstance(value, list) or not value or any(day not in DAYS for day in value):
        raise ValueError(f"must be a list of days out of {', '.join(DAYS)}")
    return tuple(sorted({DAYS.index(day) for day in value}))


def _date(value: object) -> date:
    if not isinstance(value, date) or isinstance(value, datetime) or not can_be_meant(value):
        raise ValueError("must be a date such as 2027-01-01, without quotes")
    return value


def _question_code(value: object) -> str:
    if not isinstance(value, str) or not _QUESTION_CODE.fullmatch(value):
        raise ValueError("must be at most 60 letters, digits, - and _")
    return value


def _keywords(value: object) -> tuple[str, ...]:
    words = a.words(60)(value)
    if len(words) > 40 or any("," in word for word in words):
        raise ValueError("must be a list of at most 40 texts without commas")
    return tuple(words)


CITY = (
    Key("name", a.text(120)),
    Key("slug", a.code()),
    Key("time_zone", a.text(60)),
    Key("localities", a.words(60), ()),
    Key("phone_prefix", a.digits(4), "1"),
    Key("jurisdiction_id", a.text(120, may_be_empty=True), ""),
    Key("contact", a.text(400, may_be_empty=True), ""),
    Key("data_license", a.text(2000, may_be_empty=True), ""),
    Key("origin", a.table),
    Key("bounds", a.table),
    Key("sinks", a.entries, ()),
)
ORIGIN = (Key("lat", LATITUDE), Key("long", LONGITUDE))
BOUNDS = (Key("south", LATITUDE), Key("west", LONGITUDE), Key("north", LATITUDE), Key("east", LONGITUDE))
SINK = (Key("lat", LATITUDE), Key("long", LONGITUDE), Key("note", a.text(400, may_be_empty=True), ""))

SERVICE_TYPES = (Key("families", a.entries), Key("service_types", a.entries))
FAMILY = (
    Key("code", a.code()),
    Key("name", a.text(120)),
    Key("harm_weight", a.whole(1, 5), 1),
    Key("color", a.color, "gray"),
)
SERVICE_TYPE = (
    Key("service_code", a.text(120)),
    Key("service_name", a.text(160)),
    Key("family", a.text(60)),
    Key("group", a.text(120), ""),
    Key("keywords", a.words(60), ()),
    Key("weight", a.whole(0, 10), 1),
    Key("default_priority", a.whole(1, 5), 3),
    Key("due_days", a.whole(1, 3650), None),
    Key("public", a.flag, False),
    Key("confidential", a.flag, False),
    Key("test", a.flag, False),
    Key("publish_after_days", a.whole(0, 365), 0),
    Key("pace", a.choice(ServicePace), ServicePace.REALTIME),
    Key("description", a.text(1000, may_be_empty=True), ""),
    Key("questions", a.entries, ()),
)
QUESTION = (
    Key("code", _question_code),
    Key("prompt", a.text(300)),
    Key("datatype", a.choice(Datatype)),
    Key("required", a.flag, False),
    Key("datatype_description", a.text(300, may_be_empty=True), ""),
    Key("values", a.entries, ()),
    Key("variable", a.flag, True),
)
QUESTION_VALUE = (Key("key", a.text(60)), Key("name", a.text(120)))

ANSWERS = (Key("answers", a.entries),)
ANSWER = (
    Key("code", a.code()),
    Key("title", a.text(160)),
    Key("text_en", a.prose(4_000)),
    Key("text_es", a.prose(4_000, may_be_empty=True), ""),
    Key("keywords", _keywords, ()),
    Key("link", a.web_address, ""),
)

RULES = (Key("default", a.table), Key("families", a.table, {}))
RULE = (
    Key("radius_m", a.whole(1, 2000)),
    Key("window_days", a.whole(1, 730)),
    Key("threshold", a.whole(2, 1000)),
    Key("distinct_days", a.whole(1, 1000)),
)

DEADLINES = (Key("hours", a.entries, ()), Key("holidays", a.entries, ()), Key("measures", a.entries, ()))
HOLIDAY = (Key("day", _date), Key("name", a.text(120)))
MEASURE = (
    Key("kind", a.choice(DeadlineKind)),
    Key("family", a.text(60), None),
    Key("working_hours", a.whole(1, MOST_HOURS)),
    Key("warn_before_hours", a.whole(0, MOST_HOURS), 0),
    Key("grace_hours", a.whole(0, MOST_HOURS), 0),
)

PLAYBOOKS = (Key("playbooks", a.entries), Key("partners", a.entries, ()))
PLAYBOOK = (Key("family", a.text(60)), Key("name", a.text(120)), Key("steps", a.entries))
STEP = (
    Key("kind", a.choice(StepKind), StepKind.WORK_ORDER),
    Key("title", a.text(160)),
    Key("due_days", a.whole(1, 3650)),
    Key("skill", a.text(60), None),
    Key("minutes", a.whole(1, 1440), None),
    Key("people", a.whole(1, MOST_PEOPLE), None),
    Key("needs", a.words(60), None),
    Key("after", a.whole(1, 60), None),
    Key("details", a.prose(4_000), None),
    Key("template", a.code(), None),
    Key("partner", a.code(), None),
)
PARTNER = (
    Key("code", a.code()),
    Key("name", a.text(160)),
    Key("purpose", a.prose(4_000, may_be_empty=True), ""),
    Key("contact_person", a.text(160, may_be_empty=True), ""),
    Key("phone", a.text(60, may_be_empty=True), ""),
    Key("email", a.email, ""),
    Key("families", a.words(60), ()),
)

STAFF = (Key("staff", a.entries),)
STAFF_MEMBER = (
    Key("sign_in_name", a.sign_in_name),
    Key("display_name", a.text(120)),
    Key("email", a.email, ""),
    Key("role", a.choice(Role)),
    Key("center", a.text(60), None),
    Key("families", a.words(60), None),
    Key("resources", a.words(60), ()),
)

RESOURCES = (Key("resources", a.entries),)
RESOURCE = (
    Key("code", a.code()),
    Key("name", a.text(120)),
    Key("kind", a.choice(ResourceKind)),
    Key("skills", a.words(60)),
    Key("center", a.text(60), None),
    Key("base", a.point),
    Key("shifts", a.entries),
    Key("people", a.whole(0, MOST_PEOPLE), 1),
    Key("capacity", a.whole(1, MOST_CAPACITY), None),
    Key("cost_per_hour", a.money, None),
    Key("lends_to_priority", a.whole(0, LEAST_URGENT), 0),
    Key("lends_within_days", a.whole(0, MOST_DAYS), 0),
    Key("members", a.words(60), ()),
    Key("note", a.prose(2_000, may_be_empty=True), ""),
)
SHIFT = (Key("days", _days), Key("start", _minute), Key("end", _minute))
RESOURCE_SHIFT = (
    *SHIFT,
    Key("every_weeks", a.whole(1, MOST_WEEKS), 1),
    Key("starts_on", _date, SHIFTS_BEGIN),
    Key("ends_on", _date, None),
    Key("break_minutes", a.whole(0, DAY_MINUTES), 0),
    Key("break_from", _minute, None),
    Key("break_until", _minute, None),
)

AREA = (Key("kind", a.choice(AreaKind)), Key("code", a.text(60)), Key("name", a.text(120)))
STREET = (
    Key("name", a.text(120)),
    Key("from_number", a.whole(0, LONGEST_NUMBER), None),
    Key("to_number", a.whole(0, LONGEST_NUMBER), None),
    Key("priority", _priority, "residential"),
)

TABLES = {
    "city.toml": CITY, "city.toml: [origin]": ORIGIN, "city.toml: [bounds]": BOUNDS, "city.toml: [[sinks]]": SINK,
    "service_types.toml": SERVICE_TYPES, "service_types.toml: [[families]]": FAMILY,
    "service_types.toml: [[service_types]]": SERVICE_TYPE,
    "service_types.toml: [[service_types.questions]]": QUESTION,
    "service_types.toml: [[service_types.questions.values]]": QUESTION_VALUE,
    "answers.toml": ANSWERS, "answers.toml: [[answers]]": ANSWER,
    "rules.toml": RULES, "rules.toml: a rule": RULE,
    "deadlines.toml": DEADLINES, "deadlines.toml: [[hours]]": SHIFT, "deadlines.toml: [[holidays]]": HOLIDAY,
    "deadlines.toml: [[measures]]": MEASURE,
    "playbooks.toml": PLAYBOOKS, "playbooks.toml: [[playbooks]]": PLAYBOOK, "playbooks.toml: [[playbooks.steps]]": STEP,
    "playbooks.toml: [[partners]]": PARTNER,
    "staff.toml": STAFF, "staff.toml: [[staff]]": STAFF_MEMBER,
    "resources.toml": RESOURCES, "resources.toml: [[resources]]": RESOURCE,
    "resources.toml: [[resources.shifts]]": RESOURCE_SHIFT,
    "areas.geojson": AREA, "streets.geojson": STREET,
}  # fmt: skip
"""The keys by file and table, under the headings that `docs/profile.md` uses."""

FILES = (
    "city.toml", "areas.geojson", "service_types.toml", "rules.toml", "deadlines.toml", "playbooks.toml", "staff.toml",
    "resources.toml", "answers.toml", "streets.geojson", "addresses.csv",
)  # fmt: skip
