"""What callers say: one or two sentences from the phrases of `stories.toml`, in English or Spanish."""

from typing import Any

from .catalog import Catalog, Service

SPANISH_SHARE, MORE_SHARE, TAIL_SHARE = 0.08, 0.4, 0.25
DICE = 9
"""Chances that one description uses up."""
PLAIN_FAMILIES = frozenset(("care", "desk"))
"""Where only the matter is written down, without the usual complaints."""


class Narrator:
    """Makes descriptions; the same chances give the same words."""

    def __init__(self, catalog: Catalog) -> None:
        """Take the phrases of the catalog's stories."""
        self._stories = catalog.stories

    def tell(self, service: Service, street: str, chances: list[float]) -> str:
        """A description of a call on `street`; `chances` are `DICE` numbers in [0, 1)."""
        story = self._stories[service.family]
        spanish = chances[0] < SPANISH_SHARE and service.code in story["dicho"]
        sentences = [_pick(story["dicho" if spanish else "said"][service.code], chances[1])]
        if service.weight:  # what residents order is said in one sentence
            sentences += self._add(story, service, spanish, chances)
        text = " ".join(sentences)
        if "{" not in text:
            return text
        text = text.format(
            street=street or ("esta calle" if spanish else "our street"),
            since=_pick(self._stories["since"], chances[5]),
            when=_pick(self._stories["when"], chances[6]),
            count=_pick(self._stories["count"], chances[7]),
            desde=_pick(self._stories["desde"], chances[8]),
        )
        return text[0].upper() + text[1:]

    def _add(self, story: dict[str, Any], service: Service, spanish: bool, chances: list[float]) -> list[str]:
        """A second sentence, mostly about the matter, sometimes about having called."""
        if chances[2] < MORE_SHARE and not spanish:
            return [_pick(story["more"], chances[3])]
        if chances[2] < MORE_SHARE + TAIL_SHARE and service.family not in PLAIN_FAMILIES:
            return [_pick(self._stories["colas" if spanish else "tails"], chances[4])]
        return []


def _pick(phrases: list[str], chance: float) -> str:
    return phrases[int(chance * len(phrases))]
