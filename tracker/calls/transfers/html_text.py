"""What a note in HTML says, as plain text: markup goes, scripts go with all they hold, words stay. Pure."""

import re
from html.parser import HTMLParser

_SILENT = frozenset({"script", "style", "template"})
"""What these hold was never meant to be read. No others: «<head injury>» must not silence what follows it."""
_BLOCKS = "address article blockquote br dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre section table tr ul"
_OTHERS = """
    a abbr b bdi bdo body cite code del em embed font form head html i iframe img input ins kbd label link mark math
    meta noscript object q s samp small span strike strong sub sup svg tbody td tfoot th thead time title tt u var
    wbr"""
_BREAKS, _KNOWN = frozenset(_BLOCKS.split()), frozenset(_OTHERS.split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a line break, fall silent, or keep what only looks like a tag («x<y and z>w», «<head injury>»)."""
        is_markup = tag in _SILENT or not attrs or any(value is not None for _, value in attrs)
        if self._silent:
            return
        if is_markup and tag in _SILENT:
            self._silent.append(tag)
        elif is_markup and tag in _BREAKS:
            self.parts.append("\n")
        elif not is_markup or tag not in _KNOWN:
            self.parts.append(self.get_starttag_text() or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag that closes itself holds nothing to be silent about."""
        if tag not in _SILENT:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """Speak again after the silence, or end a line."""
        if tag in self._silent:
            while self._silent and self._silent.pop() != tag:
                pass
        elif tag in _BREAKS and not self._silent:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        """Keep the words."""
        if not self._silent:
            self.parts.append(data)


def html_to_text(html: str) -> str:
    """The words of a piece of HTML, a line per block."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = (re.sub(r"[^\S\n]+", " ", line).strip() for line in "".join(reader.parts).split("\n"))
    return "\n".join(line for line in lines if line)
