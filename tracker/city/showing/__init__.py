"""How the demo city's staff worked on some of its cases: stories written down, told by the verbs that pages use.

`stories/` holds the texts (`script.py` reads them), `casting.py` finds a case that can play each, `scene.py` keeps what
a story has made so far, `working.py`, `responding.py` and `filing.py` are the verbs, `telling.py` tells it all.
`earlier.py` solves many others before. `crews.py` tells two weeks of the crews: `working_days.py` what they did,
`agreeing.py` what residents were promised.
"""

from .crews import tell_crews
from .telling import tell_stories

__all__ = ["tell_crews", "tell_stories"]
