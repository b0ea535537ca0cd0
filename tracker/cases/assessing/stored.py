"""An assessment as it is kept in the database, and back. Pure."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from .findings import Assessment, Counted, Findings
from .windows import Bin, Span, Windows

AREAS = ("treated", "ring", "belt", "control")
SPANS = ("selection", "response", "before", "after")


def write_inputs(assessment: Assessment) -> dict[str, Any]:
    """Everything the assessment rests on, as JSON."""
    windows = assessment.windows
    spans = {name: _write_span(span) for name in SPANS if (span := getattr(windows, name)) is not None}
    return {
        "as_of": assessment.as_of.isoformat(),
        "windows": {**spans, "years_back": windows.years_back},
        "bins": [
            _write_span(one.bin.span) | {"window": one.bin.window} | {area: getattr(one, area) for area in AREAS}
            for one in assessment.bins
        ],
        "radius_m": assessment.radius_m,
        "comparison": assessment.comparison,
        "has_ring": assessment.has_ring,
        "is_response_known": assessment.is_response_known,
        "is_closed": assessment.is_closed,
        "had_case_before": assessment.had_case_before,
    }


def read_inputs(kept: dict[str, Any]) -> Assessment:
    """The assessment that `write_inputs` was given."""
    windows = kept["windows"]
    spans = {name: _read_span(windows[name]) if name in windows else None for name in SPANS}
    chosen = Windows(**spans, years_back=windows["years_back"])  # type: ignore[arg-type]  # a selection is always kept
    facts = ("radius_m", "comparison", "has_ring", "is_response_known", "is_closed", "had_case_before")
    return Assessment(
        as_of=datetime.fromisoformat(kept["as_of"]),
        windows=chosen,
        bins=tuple(_read_bin(row) for row in kept["bins"]),
        **{name: kept[name] for name in facts},
    )


def write_results(findings: Findings, words: dict[str, Any]) -> dict[str, Any]:
    """The verdict in words, for the page of the case, and its figures, for whoever counts over many cases."""
    change, difference = findings.change, findings.difference
    return {
        "verdict": findings.verdict.value,
        **words,
        "before": findings.treated.before,
        "after": findings.treated.after,
        "percent": None if change is None else round(change.percent, 1),
        "difference": None if difference is None else {name: _finite(x) for name, x in asdict(difference).items()},
    }


def _finite(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _write_span(span: Span) -> dict[str, Any]:
    return {"start": span.start.isoformat(), "end": span.end.isoformat()}


def _read_span(kept: dict[str, Any]) -> Span:
    return Span(datetime.fromisoformat(kept["start"]), datetime.fromisoformat(kept["end"]))


def _read_bin(kept: dict[str, Any]) -> Counted:
    return Counted(Bin(_read_span(kept), kept["window"]), **{area: kept[area] for area in AREAS})
