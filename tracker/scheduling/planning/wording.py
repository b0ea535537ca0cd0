"""Why work is proposed where it is, in words."""

from .facts import OrderFacts, ResourceFacts, Stop
from .travel import Roads


def say_nearest(order: OrderFacts, before: Stop, is_late: bool, roads: Roads) -> str:
    """Why nearest-first put it there."""
    way = say_way(order, before, roads)
    if is_late:
        nobody = f"Late: nobody with {say_skills(order)} had room by {say_due(order)}"
        return f"{nobody}. First day with room; nearest, {way}."
    return f"Nearest with {say_skills(order)} and room on the first possible day: {way}."


def say_routed(order: OrderFacts, resource: ResourceFacts, before: Stop, is_late: bool, roads: Roads) -> str:
    """Why the planner put it there."""
    way = say_way(order, before, roads)
    comes = f"comes {way}" if roads.metres(before, order) else f"is {way}"
    able = f"{resource.name or resource.code} can do {say_skills(order)} and {comes}"
    late = f"Late, due {say_due(order)}: no better place was found in time. " if is_late else ""
    return f"{late}{able}, so that all ways together stay short."


def say_moved(words: str, must: bool) -> str:
    """The same for a booking that moves."""
    why = "Its booking no longer fits where it stands" if must else "Moved to make room for other work"
    return f"{why}. {words}"


def say_moves(many: int) -> str:
    """How many bookings move."""
    what = "1 booking moves" if many == 1 else f"{many} bookings move"
    return f"{what}, because other work would have no place or theirs is gone."


def say_way(order: OrderFacts, before: Stop, roads: Roads) -> str:
    """«1.2 km from its base»."""
    metres = roads.metres(before, order)
    return f"{metres / 1000:.1f} km from {before.name}" if metres else f"at the same place as {before.name}"


def say_skills(order: OrderFacts) -> str:
    """«tree» and «chipper», its own skill first."""
    return " and ".join(f"«{skill}»" for skill in (order.skill, *sorted(order.needs - {order.skill})))


def say_due(order: OrderFacts) -> str:
    """«Fri 12 Jun 2026»."""
    return f"{order.due_on:%a %d %b %Y}"
