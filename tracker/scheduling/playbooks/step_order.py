"""Which crew's step is done before which: a playbook's steps name each other by their positions. Pure."""

from collections.abc import Mapping

from ...errors import Invalid
from ..orders.circles import find_circle


def check_after(after: Mapping[int, int | None], titles: Mapping[int, str]) -> None:
    """Raise `Invalid` unless each crew's step waits for another one that is there, and none in a circle.

    `after`: position of each crew's step to that of the step that is done first; `titles` by position.
    """
    waits_for = {step: [first] for step, first in after.items() if first is not None}
    for step, (first,) in waits_for.items():
        if first not in after:
            raise Invalid(f"«{titles[step]}» waits for step {first}, which is no crew's work of this playbook.")
    for step in waits_for:
        circle = find_circle(waits_for, step)
        if circle:
            named = ", which waits for ".join(f"«{titles[one]}»" for one in circle[1:])
            raise Invalid(f"That is a circle: «{titles[step]}» would wait for {named}. Take one of them out.")
