"""How often the service type that is suggested from the words is the one that the call was filed under."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise

from bench.held_back import HeldCall
from tracker.calls.type_words import TypeSuggestion, suggest_types
from tracker.calls.type_words.examples import Examples, read_examples
from tracker.calls.type_words.training import fit_beside, keep_model
from tracker.extensions import db

BINS = (0.1, 0.3, 0.5, 0.7, 0.9, 1.01)
Said = list[tuple[HeldCall, list[TypeSuggestion]]]


def train_before(at: datetime) -> Examples:
    """Train on the calls before an instant; gives what was learned from."""
    examples = read_examples(until=at)
    _train(examples)
    return examples


def _train(examples: Examples) -> None:
    db.session.rollback()
    keep_model(fit_beside(examples))
    db.session.commit()


def report_types(held: Sequence[HeldCall], examples: Examples) -> Iterator[str]:
    """The lines of the table; at its end the model is one without history."""
    known = {text for text, _ in examples.calls}
    told = [call for call in held if call.words]
    said = [(call, suggest_types(call.words)) for call in told]
    new = [(call, found) for call, found in said if call.words not in known]
    yield f"Service type from the words, of {len(told):,} held-back calls that have any:"
    yield f"{'':<44}{'top 1':>7}{'top 3':>7}{'something said':>16}{'calls':>8}"
    yield _line("all", said)
    yield _line("texts that were never met letter by letter", new)
    yield from _calibration(said)
    _train(Examples(examples.names, []))
    yield _line("without history, from names and keywords", [(call, suggest_types(call.words)) for call in told])


def _line(name: str, said: Said) -> str:
    count = max(1, len(said))
    first = sum(bool(found) and found[0].service_type_id == call.type_id for call, found in said) / count
    among = sum(any(one.service_type_id == call.type_id for one in found) for call, found in said) / count
    anything = sum(bool(found) for _, found in said) / count
    return f"  {name:<42}{first:>7.3f}{among:>7.3f}{anything:>16.3f}{len(said):>8,}"


def _calibration(said: Said) -> Iterator[str]:
    for low, high in pairwise(BINS):
        within = [(call, found[0]) for call, found in said if found and low <= found[0].confidence < high]
        if within:
            mean = sum(one.confidence for _, one in within) / len(within)
            right = sum(one.service_type_id == call.type_id for call, one in within) / len(within)
            band = f"{low:.1f} to {min(high, 1.0):.1f}"
            yield f"  confidence {band}: says {mean:.2f}, right {right:.2f} ({len(within):,})"
