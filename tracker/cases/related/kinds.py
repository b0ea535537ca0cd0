"""Why cases are related, as one table: what is said of each kind, and which kind is told first. Pure."""

from enum import StrEnum

from .models import RelationKind


class Kind(StrEnum):
    """A reason for which one case is shown on another's page."""

    MERGED = "merged"
    SPLIT = "split"
    RELATED = "related"
    PROBLEM = "problem"
    OWNER = "owner"
    ANCHOR = "anchor"
    MOVED = "moved"
    BLOCK = "block"
    NEAR = "near"


HEADINGS = {
    Kind.MERGED: "Merged",
    Kind.SPLIT: "Split off",
    Kind.RELATED: "Related by a person",
    Kind.PROBLEM: "Under the same problem",
    Kind.OWNER: "Same owner",
    Kind.ANCHOR: "Same place",
    Kind.MOVED: "The problem may have moved",
    Kind.BLOCK: "Same block",
    Kind.NEAR: "Nearby",
}
"""Every kind with its heading, the strongest first."""
ORDER = {kind: number for number, kind in enumerate(HEADINGS)}

RELATIONS: dict[RelationKind, tuple[str, str]] = {
    RelationKind.SAME_OWNER: ("Same owner or manager", "Same owner or manager"),
    RelationKind.SAME_CAUSE: ("Same cause", "Same cause"),
    RelationKind.DISPLACEMENT: ("The problem moved there from here", "The problem moved here from there"),
    RelationKind.OTHER: ("Related", "Related"),
}
"""What a relation says on the case that it was made on, and on the other one."""
CHOICES = {
    RelationKind.SAME_OWNER: "Same owner or manager",
    RelationKind.SAME_CAUSE: "Same cause",
    RelationKind.DISPLACEMENT: "The problem moved there from here",
    RelationKind.OTHER: "Something else",
}
