"""Words that mean danger: whoever writes them is sent to 911 before anything is recorded. Pure.

One table, in both languages. Nothing clever: «no fire» is stopped too, for a page that is read once too often harms
nobody. Only names of things that hold such a word and are no danger («fire hydrant») are passed over.
"""

import re
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Danger:
    """One kind of danger: the hard stop of 911 transfers that it belongs to, and its words.

    Words are separated by semicolons, without accents; `*` stands for any ending, blanks for any blanks.
    """

    stop: str
    words: str


DANGERS = (
    Danger("fire_gas_wires",
           "fire; fires; on fire; flames; burning; smoke; smoking out of; explosion; exploded; explode; "
           "gas smell; smell of gas; smells of gas; smells like gas; smell gas; smelling gas; gas leak; gas leaking; "
           "leaking gas; natural gas; carbon monoxide; wire down; wires down; line down; lines down; downed wire; "
           "downed wires; downed line; downed lines; downed power line; downed power lines; live wire; live wires; "
           "sparking; "
           "fuego; incendio*; llamas de fuego; quemando*; ardiendo; humo; explosion; exploto; "
           "huele a gas; olor a gas; oler gas; fuga de gas; escape de gas; monoxido de carbono; "
           "cable caido; cables caidos; cable suelto; cables sueltos; chispas"),
    Danger("weapon",
           "gun; guns; gunman; gunshot*; gunfire; handgun; pistol; rifle; weapon*; armed; shooting; shooter; shot at; "
           "got shot; was shot; shots; knife; knives; machete; stab; stabs; stabbed; stabbing; bomb; "
           "pistola*; arma; armas; armado*; armada*; disparo*; disparando; balazo*; balacera; tiroteo; tiros; "
           "cuchillo*; navaja*; apunal*; bomba explosiva; rifle"),
    Danger("injury",
           "unconscious; not breathing; cant breathe; can't breathe; cannot breathe; not responding; unresponsive; "
           "passed out; bleeding; heart attack; stroke; seizure; overdose*; overdosing; choking; drowning; "
           "drowned; injured; badly hurt; is hurt; are hurt; dying; dead body; chest pain; run over; trapped; "
           "inconsciente*; no respira*; no puede respirar; desmay*; sangra*; sangrando; ataque al corazon; infarto; "
           "derrame cerebral; convulsion*; sobredosis; se ahoga; ahogando*; herido*; herida*; muriendo*; "
           "cadaver; atropell*; atrapado*; atrapada*; dolor de pecho"),
    Danger("in_progress",
           "attacked; attacking; attacks me; being attacked; beaten; beating; assault*; robbed; robbing; robbery; "
           "mugged; kidnap*; hostage*; breaking in; broke in; break in; breaking into; broke into; intruder*; "
           "burglar*; being followed; following me; threatening me; threatened me; going to kill; "
           "atacan; atacando*; atacaron; ataco; golpean; golpeando*; agredi*; asalto; asaltan; asaltando; asaltaron; "
           "robando; secuestr*; rehen; rehenes; intruso*; ladron; ladrones; me sigue; me siguen; me persigue*; "
           "amenaza con; amenazan con; quiere matar; quieren matar; va a matar; van a matar"),
    Danger("domestic",
           "domestic violence; my husband hits; my boyfriend hits; hits me; hit me; hitting me; abusing me; raped; "
           "rape; raping; sexual assault; stalking; stalker; stalked; order of protection; "
           "violencia domestica; me pega; me golpea; me pego; violacion sexual; violaron; acosador*; "
           "orden de proteccion"),
    Danger("crisis",
           "suicide; suicidal; kill myself; kill himself; kill herself; end my life; going to jump; about to jump; "
           "wants to die; want to die; "
           "suicid*; quitarme la vida; quitarse la vida; matarme; matarse; quiero morir; quiere morir; va a saltar"),
    Danger("missing",
           "missing child; child missing; missing person; lost child; missing kid; child is missing; "
           "nino perdido; nina perdida; persona desaparecida; desaparecio; nino desaparecido; nina desaparecida"),
    Danger("child_or_elder",
           "child abuse; hitting a child; hitting her child; hitting his child; baby alone; child alone; "
           "child in a car; baby in a car; child locked; baby locked; elder abuse; "
           "abuso infantil; maltrato infantil; golpea a un nino; bebe solo; nino solo; bebe encerrado; nino encerrado"),
    Danger("asks_for_911", "911; emergency; ambulance; emergencia; ambulancia; socorro; auxilio"),
)  # fmt: skip
HARMLESS = (
    "fire hydrant*; fire escape*; fire lane*; fire station*; fire house*; firehouse*; fire alarm*; fire exit*; "
    "fire door*; fire pit*; fire department; fire extinguisher*; smoke detector*; smoke alarm*; smoke free; "
    "no smoking; staple gun; glue gun; nail gun; fire zone*; gas station*; no emergency; not an emergency; "
    "ninguna emergencia; no es una emergencia; no es emergencia; emergency exit*; salida de emergencia; "
    "detector* de humo; alarma* de humo; alarma* de incendio*; boca* de incendio*; hidrante* de incendio*; "
    "escalera* de incendio*"
)
"""Things of every day whose names hold a word of danger; they are taken out before the words are looked for."""


def _pattern(words: str) -> re.Pattern[str]:
    """One expression for all of them, the longest first, each between the edges of words."""
    parts = sorted((part.strip() for part in words.split(";")), key=len, reverse=True)
    texts = (r"\s+".join(re.escape(word).replace(r"\*", r"\w*") for word in part.split()) for part in parts)
    return re.compile(rf"(?<!\w)(?:{'|'.join(texts)})(?!\w)")


_PATTERNS = tuple((danger.stop, _pattern(danger.words)) for danger in DANGERS)
_HARMLESS = _pattern(HARMLESS)


def find_dangers(*texts: str) -> dict[str, str]:
    """What sounds dangerous in the texts: per hard stop the first words found, as they are folded; {} for nothing."""
    folded = _HARMLESS.sub(" ", " \n ".join(map(_fold, texts)))
    found = ((stop, pattern.search(folded)) for stop, pattern in _PATTERNS)
    return {stop: " ".join(match[0].split()) for stop, match in found if match}


def _fold(text: str) -> str:
    """Lower case without accents, and typographic apostrophes as typed ones."""
    parts = unicodedata.normalize("NFKD", text.replace("\u2019", "'").casefold())
    return "".join(char for char in parts if not unicodedata.combining(char))
