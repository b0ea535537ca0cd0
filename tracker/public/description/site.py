"""What this site itself offers to programs: the map's cases, the files, this description. Pure."""

from ...published.filters import AGES, STATUSES
from ...published.open_data.columns import TABLES
from .operations import CSV, GEOJSON, JSON, Answer, Operation, Parameter, Schema, choice, known, ref

REFUSED: Schema = ref("Errors")
WRONG = Answer(
    "Something that was sent cannot be used; the text says what. A list of errors where JSON is accepted, else a page.",
    {JSON: REFUSED, "text/html": None},
)
_LANGUAGE = Parameter("lang", "Language of labels.", choice("en", "es"), example="en")
_YEAR = Parameter("year", "Only of this year.", {"type": "string", "pattern": "^(|(19|20|21)[0-9]{2})$"},
                  example="2026")  # fmt: skip
_FAMILY = Parameter("family", "Only this kind of problem, by its code.")
_TYPE = Parameter("type", "Only this type of report, by its code.")
_FILTERS = (
    _FAMILY,
    Parameter("status", "Which cases; open where nothing is sent.", choice(*STATUSES)),
    Parameter("center", "Only this service center, by its code."),
    Parameter("neighborhood", "Only this neighborhood, by its code."),
    Parameter("opened", "How long ago they were opened.", choice(*AGES)),
    Parameter("month", "Opened in this month; solved in it, where solved ones are asked for.",
              {"type": "string", "pattern": "^(|[0-9]{4}-[0-9]{2})$"}, example="2026-05"),
    _LANGUAGE,
)  # fmt: skip
_MAP = (
    Parameter("bbox", "west,south,east,north in degrees, as in GeoJSON.",
              {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?(,-?[0-9]+(\.[0-9]+)?){3}$"}, is_required=True,
              example="-77.70,43.10,-77.50,43.30"),
    Parameter("zoom", "How close, as Leaflet counts.", {"type": "integer", "minimum": 0, "maximum": 19},
              is_required=True, example="13"),
    *_FILTERS,
)  # fmt: skip
_SQUARE = Parameter(
    "square", "row,column of a square of the map, 50 to a degree, from the equator and from Greenwich.",
    {"type": "string", "pattern": "^-?[0-9]{1,4},-?[0-9]{1,4}$"}, is_required=True, example="2157,-3881",
)  # fmt: skip
_WORDS = {
    "cases": "The public cases", "calls": "The public reports",
    "georeport-bulk": "The public reports with the columns of GeoReport Bulk",
}  # fmt: skip
_AS_POINTS = {"cases": "CaseCollection", "calls": "CallCollection"}


def _file(name: str, ending: str, content: dict[str, Schema | None]) -> Operation:
    narrowing = (_YEAR, _FAMILY) if name == "cases" else (_YEAR, _FAMILY, _TYPE)
    told = Answer("The file, streamed; gzip where it is accepted.", content)
    return Operation(
        "get", f"/data/{name}.{ending}", f"{name}-{ending}", "data", f"{_WORDS[name]} as {ending}, all at once.",
        {**known(told), 400: WRONG}, narrowing,
    )  # fmt: skip


SITE = (
    Operation(
        "get", "/map/cases.json", "map-cases", "map",
        "The cases in a box of the map: single places, and circles where many stand close.",
        {**known(Answer("The cases.", {JSON: ref("MapCases")})), 400: WRONG}, _MAP,
    ),
    Operation(
        "get", "/map/around.json", "map-around", "map",
        "Every place with cases in and about a coarse square: a browser finds the nearest without saying where it is.",
        {**known(Answer("The places.", {JSON: ref("PlacesAround")})), 400: WRONG}, (_SQUARE, *_FILTERS),
    ),
    Operation(
        "get", "/map/solved.json", "map-solved", "map", "Where problems were solved in the last two years.",
        known(Answer("Cells with three or more.", {JSON: ref("SolvedCells")})),
    ),
    *(_file(table.name, "csv", {CSV: None}) for table in TABLES),
    *(_file(name, "geojson", {GEOJSON: ref(schema)}) for name, schema in _AS_POINTS.items()),
    Operation(
        "get", "/data/dictionary.csv", "data-dictionary", "data", "What each column of each file means.",
        known(Answer("The dictionary, in English and Spanish.", {CSV: None})),
    ),
    Operation(
        "get", "/openapi.json", "openapi", "description", "This description.",
        known(Answer("The document.", {JSON: {"type": "object"}})),
    ),
)  # fmt: skip
