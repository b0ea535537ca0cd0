"""The house stands as the tour says: who may import whom, one door to each outside library, no hidden imports."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "tracker"

FLOORS = [  # from the ground up; a file may import its own floor and those before it
    "ground", "staff", "assets", "places", "nuisance", "calls", "cases", "scheduling", "published", "outreach",
    "emergency", "reports", "city", "faces", "jobs", "commands", "app",
]  # fmt: skip
FACES = {"desk", "public", "open311"}
GROUND = {
    "config", "extensions", "database", "batches", "errors", "clock", "formatters", "identifiers", "migrating",
    "words", "word_index", "secret_links", "change_marks", "translating",
}  # fmt: skip
SHELL = {"app", "error_pages", "form_cookie", "headers", "languages", "page_context", "__init__"}
"""What only `create_app` puts together: it may know everything, and nothing but itself and commands may know it."""

ONE_DOOR = {  # a library and the files that may import it
    "folium": {"places/maps.py"},
    "branca": {"places/maps.py"},
    "geopy": {"places/geocoding.py"},
    "pyvrp": {"scheduling/routes.py"},
    "numba": {"cases/grouping/compiled.py"},
    "huey": {"jobs.py"},
    "defusedxml": {"calls/transfers/pidf_lo.py"},
    "sklearn": {"calls/type_words/fitting.py"},
    "scipy": {"calls/type_words/fitting.py"},
    "PIL": {"calls/photos/cleaning.py"},
    "fpdf": {"cases/assessing/paper.py"},
    "icalendar": {"scheduling/ical.py"},
    "smtplib": {"outreach/mail.py"},
    "apprise": {"outreach/texting.py"},
}
PURE = [  # rules that know neither web nor database
    "calls/answering/ranking.py", "calls/importing/drafts.py", "calls/importing/json_records.py",
    "calls/importing/reading.py", "calls/importing/records.py", "calls/phones.py", "calls/photos/cleaning.py",
    "calls/public_days.py", "calls/questions/rules.py", "calls/reporting/danger.py", "calls/reporting/told_status.py",
    "calls/transfers/demands.py", "calls/transfers/drafts.py", "calls/transfers/eido.py",
    "calls/transfers/hard_stops.py", "calls/transfers/html_text.py", "calls/transfers/ordering.py",
    "calls/transfers/pidf_lo.py", "calls/transfers/warm_transfer.py", "calls/type_words/features.py",
    "calls/type_words/fitting.py", "calls/type_words/model.py", "cases/assessing/drawing.py",
    "cases/assessing/explaining.py", "cases/assessing/findings.py", "cases/assessing/statistics.py",
    "cases/assessing/stored.py", "cases/assessing/windows.py", "cases/assessing/wording.py",
    "cases/deadlines/business_time.py", "cases/deadlines/dates.py", "cases/deadlines/defaults.py",
    "cases/deadlines/ends.py", "cases/deadlines/filters.py", "cases/deadlines/hours_text.py",
    "cases/deadlines/kinds.py", "cases/deadlines/wording.py", "cases/file/letters/merging.py",
    "cases/file/letters/wording.py", "cases/file/papers/reading.py", "cases/file/people/marks.py",
    "cases/file/privacy.py", "cases/file/visits/conditions.py", "cases/file/visits/times.py", "cases/grouping",
    "cases/priority.py", "cases/related/anchoring.py", "cases/related/kinds.py", "cases/related/member_plan.py",
    "cases/response/due.py", "cases/sara/cheers.py", "cases/sara/concentration.py", "cases/sara/facts.py",
    "cases/sara/phase_steps.py", "cases/sara/sides.py", "cases/sara/times.py", "cases/suggesting/crowds.py",
    "cases/suggesting/evidence.py", "cases/suggesting/scoring.py", "cases/suggesting/weights.py",
    "cases/workload/balance.py", "cases/workload/caseload_filters.py", "cases/workload/mentions.py",
    "cases/workload/selection.py", "city/demo", "city/showing/script.py", "desk/telling.py", "nuisance/exclusions.py",
    "nuisance/incidents.py", "nuisance/procedure.py", "nuisance/reckoning.py", "nuisance/rule_checks.py",
    "nuisance/rule_terms.py", "nuisance/rule_text.py", "open311/arguments.py", "open311/asking.py", "open311/bulk.py",
    "open311/feeds.py", "open311/spark.py", "open311/w3c_time.py", "outreach/digest_text.py", "outreach/links.py",
    "outreach/subscriptions/addresses.py", "outreach/subscriptions/matching.py", "places/addresses",
    "places/projection.py", "public/clusters.py", "public/description", "public/feeds/atom.py", "public/squares.py",
    "published/call_search.py", "published/circles.py", "published/event_facts.py", "published/heat.py",
    "published/mercator.py", "published/months.py", "published/open_data/columns.py",
    "published/open_data/filters.py", "published/open_data/rows.py", "published/open_data/writing.py",
    "published/small_counts.py", "scheduling/appointments/contacting.py", "scheduling/appointments/reminder_times.py",
    "scheduling/appointments/windows.py", "scheduling/bookings/closures.py", "scheduling/bookings/conflicts.py",
    "scheduling/bookings/costs.py", "scheduling/bookings/slots.py", "scheduling/bookings/why_not.py",
    "scheduling/calendar/legend.py", "scheduling/calendar/painting.py", "scheduling/crew/buttons.py",
    "scheduling/crew/phone_clock.py", "scheduling/ical.py", "scheduling/orders/circles.py",
    "scheduling/orders/durations.py", "scheduling/orders/entry.py", "scheduling/orders/work_status.py",
    "scheduling/pace.py", "scheduling/planning/checking.py", "scheduling/planning/dependencies.py",
    "scheduling/planning/facts.py", "scheduling/planning/left_out.py", "scheduling/planning/modelling.py",
    "scheduling/planning/moving.py", "scheduling/planning/nearest_first.py", "scheduling/planning/placing.py",
    "scheduling/planning/planner.py", "scheduling/planning/proposal.py", "scheduling/planning/stays.py",
    "scheduling/planning/timeline.py", "scheduling/planning/timelines.py", "scheduling/planning/travel.py",
    "scheduling/planning/wording.py", "scheduling/playbooks/step_kinds.py", "scheduling/playbooks/step_order.py",
    "scheduling/resources/availability.py", "scheduling/resources/breaks.py", "scheduling/resources/lending.py",
    "scheduling/resources/limits.py", "scheduling/resources/money.py", "scheduling/resources/sheet_lines.py",
    "scheduling/resources/shift_rules.py", "scheduling/resources/shift_text.py", "scheduling/resources/shifts.py",
    "scheduling/resources/strip.py", "scheduling/resources/time_off_span.py", "scheduling/routes.py",
    "secret_links.py", "staff/api_keys/terms.py", "words.py",
]  # fmt: skip
IMPURE = {"flask", "sqlalchemy", "folium"}


@dataclass(frozen=True)
class Import:
    """One imported module, resolved to a dotted name, with the line it stands on and whether it stands at the top."""

    source: Path
    line: int
    target: str
    at_top: bool


def python_files() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def imports_of(path: Path) -> tuple[Import, ...]:
    """Every import of a file, relative ones resolved, names of `from` imports that are modules included."""
    return tuple(_read_imports(path))


def _read_imports(path: Path) -> Iterator[Import]:
    tree = ast.parse(path.read_text("utf-8"))
    top = {id(node) for node in tree.body}
    package = module_name(path).split(".") if path.name == "__init__.py" else module_name(path).split(".")[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield Import(path, node.lineno, name.name, id(node) in top)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            target = ".".join([*base, *(node.module or "").split(".")]).strip(".")
            for name in node.names:
                whole = f"{target}.{name.name}"
                yield Import(path, node.lineno, whole if is_module(whole) else target, id(node) in top)


@cache
def is_module(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


@cache
def all_imports() -> tuple[Import, ...]:
    return tuple(one for path in python_files() for one in imports_of(path))


def room_of(module: str) -> str:
    """The floor a module of ours lies on."""
    parts = module.split(".")
    first = parts[1] if len(parts) > 1 else "app"
    if first in FACES:
        return "faces"
    if first in GROUND:
        return "ground"
    if first in SHELL:
        return "app"
    return first


def within(one: Import) -> bool:
    return one.target.split(".")[0] == "tracker"


def where(one: Import) -> str:
    return f"{one.source.relative_to(ROOT)}:{one.line} imports {one.target}"


def test_every_room_stands_on_a_floor() -> None:
    unknown = {room_of(module_name(path)) for path in python_files()} - set(FLOORS)
    assert unknown == set(), "a new room needs its place among the floors"


def test_imports_go_down_only() -> None:
    wrong = [
        where(one)
        for one in all_imports()
        if within(one) and FLOORS.index(room_of(one.target)) > FLOORS.index(room_of(module_name(one.source)))
    ]
    assert wrong == []


def test_the_faces_never_import_each_other() -> None:
    def face(module: str) -> str:
        return module.split(".")[1] if room_of(module) == "faces" else ""

    wrong = [
        where(one)
        for one in all_imports()
        if within(one) and face(one.target) and face(module_name(one.source)) not in ("", face(one.target))
    ]
    assert wrong == []


def test_no_feature_imports_the_views_or_forms_of_another() -> None:
    wrong = [
        where(one)
        for one in all_imports()
        if within(one)
        and one.target.split(".")[-1].endswith(("views", "forms"))
        and room_of(one.target) != room_of(module_name(one.source))
        and room_of(module_name(one.source)) != "app"
    ]
    assert wrong == []


FRONT_DOOR = PACKAGE / "__init__.py"
"""Builds the application on demand, so that rooms can be used without it: docs/decisions/0014."""


def test_every_import_stands_at_the_top_and_none_is_for_type_checking_only() -> None:
    hidden = [where(one) for one in all_imports() if not one.at_top and one.source != FRONT_DOOR]
    dodges = [str(path) for path in python_files() if "TYPE_CHECKING" in path.read_text("utf-8")]
    assert hidden == []
    assert dodges == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph: dict[str, set[str]] = {}
    for one in all_imports():
        if within(one) and one.target != module_name(one.source):
            graph.setdefault(module_name(one.source), set()).add(one.target)
    done: set[str] = set()

    def visit(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, "a circle: " + " -> ".join((*path[path.index(module) :], module))
        if module not in done:
            for target in sorted(graph.get(module, ())):
                visit(target, (*path, module))
            done.add(module)

    for module in sorted(graph):
        visit(module, ())


@pytest.mark.parametrize("library", sorted(ONE_DOOR))
def test_each_outside_library_has_one_door(library: str) -> None:
    users = {one.source.relative_to(PACKAGE).as_posix() for one in all_imports() if one.target.split(".")[0] == library}
    assert users <= ONE_DOOR[library]


def test_nothing_imports_the_process_that_loads_scikit_learn() -> None:
    assert [where(one) for one in all_imports() if one.target == "tracker.calls.type_words.fitting"] == []


@pytest.mark.parametrize("room", PURE)
def test_rules_know_neither_web_nor_database(room: str) -> None:
    files = sorted((PACKAGE / room).rglob("*.py")) if (PACKAGE / room).is_dir() else [PACKAGE / room]
    assert files
    wrong = [where(one) for path in files for one in imports_of(path) if one.target.split(".")[0] in IMPURE]
    assert wrong == []


TOLD_BY_PUBLISHED = {"ServiceRequest", "ProblemCase", "CaseCall", "Caller", "LooseCall"}
"""What strangers hear of these comes from `tracker/published/`: docs/decisions/0037."""


def test_what_speaks_to_strangers_reads_no_table_of_calls_or_cases() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name.name}"
        for face in ("public", "open311")
        for path in sorted((PACKAGE / face).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom)
        for name in node.names
        if name.name in TOLD_BY_PUBLISHED
    ]
    assert wrong == []


@cache
def calls_in(path: Path) -> list[tuple[int, str]]:
    """Every call of a dotted name, such as `datetime.now`, with its line."""
    calls = (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call))
    return [(call.lineno, ast.unparse(call.func)) for call in calls if isinstance(call.func, ast.Attribute)]


def test_only_the_clock_asks_the_time() -> None:
    asking = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"}
    wrong = [
        f"{path.relative_to(ROOT)}:{line} {name}"
        for path in python_files()
        for line, name in calls_in(path)
        if name in asking and path.name != "clock.py"
    ]
    assert wrong == []


def test_models_and_operations_never_commit() -> None:
    edges = ("views.py", "commands/", "jobs.py")
    wrong = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in python_files()
        for line, name in calls_in(path)
        if name == "db.session.commit" and not any(edge in path.as_posix() for edge in edges)
    ]
    assert wrong == []


def test_no_file_outgrows_its_idea() -> None:
    long = {path.relative_to(ROOT).as_posix(): lines for path in python_files()
            if (lines := len(path.read_text("utf-8").splitlines())) > 300}  # fmt: skip
    assert long == {}


def test_pages_load_nothing_from_other_sites() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {attribute}"
        for folder in ("templates", "static")
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in {".html", ".css", ".js"}
        for attribute in ('src="http', "src='http", "url(http", '@import "http', 'href="http')
        if attribute in path.read_text("utf-8")
    ]
    assert wrong == []
