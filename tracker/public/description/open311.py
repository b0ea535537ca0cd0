"""What the Open311 server (GeoReport v2 and its extensions) offers. Pure."""

from dataclasses import replace

from .operations import (
    ATOM,
    CSV,
    FORM,
    JSON,
    RSS,
    UPLOAD,
    XML,
    Answer,
    Operation,
    Parameter,
    Schema,
    choice,
    list_of,
    ref,
)

_FORMAT = Parameter("suffix", "Format of the answer.", choice("json", "xml"), "path", True, "json")
_CITY = Parameter("jurisdiction_id", "May be left out: this server answers for one city.")
_INSTANT = {"type": "string", "format": "date-time"}
_NORTH = {"type": "number", "minimum": -90, "maximum": 90}
_EAST = {"type": "number", "minimum": -180, "maximum": 180}
_YES_OR_NO = choice("true", "false")
_TAG = "open311"


def _says(words: str, schema: Schema, *headers: str) -> Answer:
    return Answer(words, {JSON: schema, XML: None}, headers)


_ERRORS = ref("Errors")
WRONG = {
    400: _says("Something is missing or cannot be used.", _ERRORS),
    404: _says("There is no such thing, or no such jurisdiction.", _ERRORS),
    429: _says("Asked too often.", _ERRORS, "Retry-After"),
}
REFUSED_KEY = {403: _says("The API key is missing, unknown or revoked.", _ERRORS)}
_POSTED = {**WRONG, **REFUSED_KEY, 409: _says("The same was sent before with other content.", _ERRORS),
           413: _says("More was sent than is taken.", _ERRORS)}  # fmt: skip


def _get(path: str, name: str, words: str, schema: Schema, *parameters: Parameter) -> Operation:
    return Operation(
        "get", path, name, _TAG, words, {200: _says("As asked.", schema), 304: Answer("Nothing has changed."), **WRONG},
        (_FORMAT, *parameters, _CITY),
    )  # fmt: skip


def _code(name: str, words: str) -> Parameter:
    return Parameter(name, words, place="path", is_required=True, example="1")


NARROWING = (
    Parameter("service_request_id", "Some numbers, with commas between; every other parameter is then ignored."),
    Parameter("service_code", "Some types, with commas between."),
    Parameter("status", "open, closed, or both with a comma; all where nothing is sent."),
    Parameter("start_date", "From this day on. With end_date at most 90 days; the last 90 where nothing is sent.",
              _INSTANT, example="2026-01-01T00:00:00Z"),
    Parameter("end_date", "Up to this day.", _INSTANT),
    Parameter("updated_after", "Changed on this day or later.", _INSTANT),
    Parameter("updated_before", "Changed on this day or earlier.", _INSTANT),
    Parameter("lat", "Latitude of a place; with long.", _NORTH),
    Parameter("long", "Longitude of a place.", _EAST),
    Parameter("radius", "Meters around the place, to public points; 500 where nothing is sent.",
              {"type": "number", "exclusiveMinimum": 0, "maximum": 50_000}),
    Parameter("bbox", "west,south,east,north in degrees, around public points."),
    Parameter("q", "Words of the type or of the public place."),
    Parameter("agency_responsible", "Some service centers by name, with | between."),
    Parameter("has_photo", "true: only with a released photo.", _YES_OR_NO),
)  # fmt: skip
_PAGES = (
    Parameter("page", "From 1.", {"type": "integer", "minimum": 1, "maximum": 1_000_000}),
    Parameter("page_size", "At most 1000.", {"type": "integer", "minimum": 1, "maximum": 1000}),
    Parameter("max_requests", "At most so many in all.", {"type": "integer", "minimum": 1, "maximum": 1000}),
)
_EXTENDED = Parameter("extensions", "true: with extended attributes and notes.", _YES_OR_NO)
_WINDOW = (
    Parameter("start_date", "From this day on; at most 90 days before end_date.", _INSTANT, is_required=True,
              example="2026-06-01T00:00:00Z"),
    Parameter("end_date", "Up to this day.", _INSTANT, is_required=True, example="2026-06-30T00:00:00Z"),
)  # fmt: skip
_SENT = (
    Parameter("api_key", "Given by the city.", is_required=True, example="YOUR-KEY"),
    Parameter("service_code", "Type of the report.", is_required=True, example="street-light"),
    Parameter("lat", "Latitude; with long. Or address_string, or address_id.", _NORTH, example="43.16"),
    Parameter("long", "Longitude.", _EAST, example="-77.61"),
    Parameter("address_string", "Address or crossing in words."),
    Parameter("address_id", "Number of an address that the city knows."),
    Parameter("attribute[CODE]", "Answer to a question of the definition; attribute[CODE][] for several."),
    Parameter("description", "At most 4,000 characters; never published.", {"type": "string", "maxLength": 4000}),
    Parameter("email", "Of who reports; never published."),
    Parameter("first_name", "Of who reports; never published."),
    Parameter("last_name", "Of who reports; never published."),
    Parameter("phone", "Of who reports; never published."),
    Parameter("device_id", "Of the device that sends."),
    Parameter("account_id", "Of who reports, in the sending system."),
    Parameter("media_url", "Address of a photo; kept, never fetched by itself."),
)
_UPDATE = (
    Parameter("api_key", "Given by the city.", is_required=True, example="YOUR-KEY"),
    Parameter("service_request_id", "Of the report.", is_required=True),
    Parameter("update_id", "The sender's own number of this update; the same one is taken once.", is_required=True),
    Parameter("updated_datetime", "When it was so.", _INSTANT, is_required=True),
    Parameter("status", "One of FixMyStreet's statuses.", is_required=True, example="OPEN"),
    Parameter("description", "In words.", is_required=True),
    Parameter("media_url", "Address of a photo."),
)
_ALL_YEARS = tuple(one for one in NARROWING if one.name not in ("service_request_id", "agency_responsible"))


def _feed(name: str, media_type: str) -> Operation:
    return Operation(
        "get", f"/open311/v2/requests.{name}", f"requests-{name}", _TAG, f"The same reports as a feed ({name}).",
        {200: Answer("The feed.", {media_type: None}), 304: Answer("Nothing has changed."), **WRONG},
        (*NARROWING, *_PAGES, _CITY),
    )  # fmt: skip


OPEN311 = (
    _get("/open311/v2/discovery.{suffix}", "discovery", "Where this server's endpoints are.", ref("Discovery")),
    _get("/open311/v2/services.{suffix}", "services", "The types of reports that are taken.", list_of("Service"),
         Parameter("lat", "Latitude of a place in the city; with long.", _NORTH),
         Parameter("long", "Longitude of a place in the city.", _EAST)),
    _get("/open311/v2/services/{service_code}.{suffix}", "service-definition", "The questions that belong to a type.",
         ref("ServiceDefinition"), _code("service_code", "Code of the type.")),
    _get("/open311/v2/requests.{suffix}", "requests",
         "Reports, newest day first: at most 90 days or 1000, whichever is smaller.", list_of("Request"),
         *NARROWING, *_PAGES, _EXTENDED),
    Operation(
        "post", "/open311/v2/requests.{suffix}", "post-request", _TAG,
        "Send a report. It is a call like any other; one that is sent twice is taken once.",
        {200: _says("Taken.", list_of("Posted")), 201: _says("Taken.", list_of("Posted")), **_POSTED},
        (_FORMAT, _CITY), _SENT, (FORM, UPLOAD), needs_key=True,
    ),
    _get("/open311/v2/requests/{service_request_id}.{suffix}", "request", "One report.", list_of("Request"),
         _code("service_request_id", "Its number."),
         _EXTENDED),
    _get("/open311/v2/tokens/{token}.{suffix}", "token", "The number of a report that was answered with a token.",
         list_of("TokenAnswer"), _code("token", "The token.")),
    _get("/open311/v2/servicerequestupdates.{suffix}", "updates", "What changed about reports, by the day.",
         list_of("RequestUpdate"), *_WINDOW, *_PAGES[:2]),
    Operation(
        "post", "/open311/v2/servicerequestupdates.{suffix}", "post-update", _TAG,
        "Tell what changed about a report that this key has sent.",
        {200: _says("Taken.", list_of("UpdatePosted")), 201: _says("Taken.", list_of("UpdatePosted")), **_POSTED},
        (_FORMAT, _CITY), _UPDATE, (FORM,), needs_key=True,
    ),
    *(_feed(name, media_type) for name, media_type in (("atom", ATOM), ("rss", RSS))),
    Operation(
        "get", "/open311/v2/bulk/requests.{kind}", "bulk", _TAG,
        "Every request that answers a question, however many, with the columns of GeoReport Bulk.",
        {200: Answer("The file, streamed.", {CSV: None, JSON: {"type": "array"}, XML: None}),
         304: Answer("Nothing has changed."), **WRONG},
        (replace(_FORMAT, name="kind", schema=choice("csv", "json", "xml"), example="csv"), *_ALL_YEARS, _CITY),
    ),
)  # fmt: skip
