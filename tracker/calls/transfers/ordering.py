"""Which transfer comes first: by risk, then by how long it may wait. Pure; says why in words.

Danger always stands first, oldest on top. The rest stands by the instant at which it ought to be looked at, so what
waits long enough overtakes what is riskier but new, and nothing starves.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Risk(StrEnum):
    """How dangerous it may be that a transfer waits."""

    DANGER = "danger"
    RAISED = "raised"
    ROUTINE = "routine"


ALLOWANCE = {
    Risk.DANGER: timedelta(minutes=2),
    Risk.RAISED: timedelta(minutes=15),
    Risk.ROUTINE: timedelta(minutes=60),
}
"""How long a transfer of each risk may wait for a person."""

_DANGER_TYPES = """
    ABDUCTF ABDUCTNF ABUSE ACTSHOOT ASSAULT BARICADE BOMB BURN CARDIAC CARJACK CHOKE DROWN DUI DVA DVNA EDP ELECHZD
    EXPLOS FAM FAS FASX FIGHT FSMOKE FSTRU GASLEAK GASLEAKI GASLEAKO HOMICIDE HOSTAGE MNTL MVAINJY NEGLECT OD ORDERV
    PERUNCON PROW RESP ROBBERY SCRM SEXOFFNS SHOOT STABBING STKX STROKE SUICIDE SUICTHRT THREATS WEAPON WIRES"""
_RAISED_TYPES = """
    911H 911OPN BURGLARY CU1 FIREWRKS HARR HATE HAZ JUV MVA MVAHR RECKDRV RUNAWAY SUSP THAZ TRESPASS TROUBLE VEHSUSP
    WATER WELFARE"""
DANGER_CODES = frozenset(_DANGER_TYPES.split())
"""Common incident types (APCO) in which every minute may count."""
RAISED_CODES = frozenset(_RAISED_TYPES.split())
"""Those that may turn out worse than they sound."""
_DANGER_WORDS = re.compile(
    r"\b(armed|bleed\w*|breath\w*|burning|chok\w*|collaps\w*|dying|explo\w*|fire|flames?|gas|gun\w*|help me|hostage|"
    r"hurt|injur\w*|kill\w*|knife|knives|machete|overdos\w*|passed out|pistol|rap(?:e|ed|ing|ist)|rifle|scream\w*|"
    r"shoot\w*|shots?|shot|smoke|stab\w*|strangl\w*|suicid\w*|threat\w*|unconscious|unresponsive|weapon\w*|"
    r"arma|auxilio|ayuda|cuchillo|disparos?|fuego|herid[oa]s?|humo|incendio|matar|pistola|sangre|suicid\w*)\b",
    re.IGNORECASE,
)
_DANGER_PRIORITY, _RAISED_PRIORITY = 8, 5
"""Of the sender's scale from 0 to 10, 10 highest."""


@dataclass(frozen=True, slots=True)
class Rank:
    """Where a transfer stands in line: its risk, until when it ought to be looked at, and why."""

    risk: Risk
    due_at: datetime
    reason: str

    @property
    def line(self) -> int:
        """0 for danger, 1 for the rest; within a line what is due earliest comes first."""
        return 0 if self.risk is Risk.DANGER else 1

    def as_columns(self) -> dict[str, object]:
        """The columns of a transfer that hold its rank."""
        return {"risk": self.risk, "line": self.line, "due_at": self.due_at, "risk_reason": self.reason}


def rank_transfer(
    *,
    received_at: datetime,
    code: str,
    narrative: str,
    priority: int | None = None,
    has_place: bool = True,
    raised: Collection[str] = (),
) -> Rank:
    """The rank of one transfer; `raised` names the hard stops already answered with «yes» or «unsure»."""
    dangers = _dangers(code, narrative, priority, raised)
    signs = dangers or _raised_signs(code, priority, has_place)
    risk = Risk.DANGER if dangers else Risk.RAISED if signs else Risk.ROUTINE
    minutes = int(ALLOWANCE[risk].total_seconds() // 60)
    words = "; ".join(signs) if signs else "no sign of danger in type or words"
    return Rank(risk, received_at + ALLOWANCE[risk], f"{words}: within {minutes} minutes")


def _dangers(code: str, narrative: str, priority: int | None, raised: Collection[str]) -> list[str]:
    signs = ["a hard stop is answered yes"] if raised else []
    if code.strip().upper() in DANGER_CODES:
        signs.append(f"incident type {code.strip().upper()}")
    words = sorted({found.casefold() for found in _DANGER_WORDS.findall(narrative)})
    if words:
        signs.append("the words say " + ", ".join(f"«{word}»" for word in words[:4]))
    if priority is not None and priority >= _DANGER_PRIORITY:
        signs.append(f"the sender's priority is {priority} of 10")
    return signs


def _raised_signs(code: str, priority: int | None, has_place: bool) -> list[str]:
    signs = [f"incident type {code.strip().upper()}"] if code.strip().upper() in RAISED_CODES else []
    if priority is not None and priority >= _RAISED_PRIORITY:
        signs.append(f"the sender's priority is {priority} of 10")
    if not has_place:
        signs.append("nobody knows yet where it is")
    return signs
