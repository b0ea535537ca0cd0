"""How an operation is asked from a command line. Pure."""

import shlex
from urllib.parse import quote

from .operations import Operation


def curl_of(one: Operation, site: str) -> str:
    """A line with what has to be sent and one thing more, such as «curl 'https://…/data/cases.csv?year=2026'»."""
    path = one.path
    for each in one.parameters:
        if each.place == "path":
            path = path.replace(f"{{{each.name}}}", each.example)
    sent = [each for each in one.parameters if each.place == "query" and (each.is_required or each.example)]
    query = "&".join(f"{each.name}={quote(each.example, safe=',')}" for each in sent)
    address = f"{site.rstrip('/')}{path}{'?' + query if query else ''}"
    fields = [f"--data-urlencode {shlex.quote(f'{each.name}={each.example}')}"
              for each in one.fields if each.is_required or each.example]  # fmt: skip
    return " \\\n  ".join([f"curl {shlex.quote(address)}", *fields])
