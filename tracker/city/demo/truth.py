"""What is planted among the demo calls, for tests and for the figures that the project prints about itself."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Planted:
    """One planted problem: its family, its calls' source ids and what kind it is (see `planted.py`)."""

    family: str
    source_ids: frozenset[str]
    kind: str


@dataclass(frozen=True, slots=True)
class DemoTruth:
    """Every planted problem, and the calls that must never be in a case: confidential ones and tests."""

    planted: tuple[Planted, ...]
    never_grouped: frozenset[str]
