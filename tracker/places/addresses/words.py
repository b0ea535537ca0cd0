"""Tables of the other words in addresses: directions, ordinals, highways, units, states, words around."""

from .suffixes import list_words, read_spellings

DIRECTIONS = read_spellings(
    """
N NORTH NO NTH
S SOUTH SO STH
E EAST
W WEST
NE NORTHEAST
NW NORTHWEST
SE SOUTHEAST
SW SOUTHWEST
"""
)

_ORDINAL_WORDS = """
FIRST SECOND THIRD FOURTH FIFTH SIXTH SEVENTH EIGHTH NINTH TENTH ELEVENTH TWELFTH THIRTEENTH FOURTEENTH FIFTEENTH
SIXTEENTH SEVENTEENTH EIGHTEENTH NINETEENTH
"""
_TENS = "TWENTY THIRTY FORTY FIFTY SIXTY SEVENTY EIGHTY NINETY"


def spell_ordinal(number: int) -> str:
    """1 -> 1ST, 12 -> 12TH, 22 -> 22ND."""
    ending = "TH" if 10 <= number % 100 <= 20 else {1: "ST", 2: "ND", 3: "RD"}.get(number % 10, "TH")
    return f"{number}{ending}"


ORDINALS: dict[str, int] = {word: value for value, word in enumerate(_ORDINAL_WORDS.split(), 1)}
ORDINALS |= {word.removesuffix("Y") + "IETH": 10 * value for value, word in enumerate(_TENS.split(), 2)}
TENS: dict[str, int] = {word: 10 * value for value, word in enumerate(_TENS.split(), 2)}

FIRST_WORDS = {
    "ST": "SAINT", "STE": "SAINTE", "MT": "MOUNT", "MNT": "MOUNT", "FT": "FORT", "CT": "COURT", "PK": "PARK",
    "CTR": "CENTER", "AVE": "AVENUE", "AV": "AVENUE", "BLVD": "BOULEVARD",
}  # fmt: skip
"""What a short form means at the front of a name, where it cannot be the suffix."""

NAME_WORDS = {"JUNIOR": "JR", "SENIOR": "SR", "DOCTOR": "DR", "CNTY": "COUNTY"}

SAINT_CITIES = list_words("LOUIS PAUL PETERSBURG PETE CHARLES CLOUD AUGUSTINE JOSEPH GEORGE ALBANS HELENS SIMONS")
"""After a street, ST before one of these starts a city's name."""

HIGHWAY_WORDS = {
    "US": "US", "STATE": "STATE", "COUNTY": "COUNTY", "CO": "COUNTY", "CNTY": "COUNTY", "HWY": "HWY",
    "HIGHWAY": "HWY", "HGHWY": "HWY", "RTE": "RTE", "ROUTE": "RTE", "RT": "RTE", "RD": "RD", "ROAD": "RD",
    "SR": "STATE RTE", "CR": "COUNTY RD", "I": "INTERSTATE", "INTERSTATE": "INTERSTATE", "FM": "FM",
    "AVE": "AVENUE", "AV": "AVENUE", "AVN": "AVENUE", "AVENUE": "AVENUE", "LOOP": "LOOP", "SPUR": "SPUR",
}  # fmt: skip
"""Words that come before a number or letter that is the street's name: "Hwy 1", "Avenue K"."""

HIGHWAY_FORMS = {"US": "US HWY", "US RTE": "US HWY", "STATE": "STATE HWY", "COUNTY": "COUNTY RD"}
HIGHWAY_TAILS = list_words("NB SB EB WB BUS BYP ALT SPUR LOOP")
LETTER_HEADS = frozenset(("AVENUE", "RTE", "STATE RTE", "COUNTY RD", "COUNTY HWY"))
"""Road kinds whose name may be a letter, once or twice ("Avenue K", "County Road MM")."""

STREET_OPENERS = list_words("CALLE VIA AVENIDA CAMINO PASEO RUE CAMINITO CORTE PLACITA RUTA")
"""Spanish and French words for a street; they come first."""

UNIT_WORDS = read_spellings(
    """
APT APARTMENT APMT APTMT
UNIT
STE SUITE
RM ROOM
FL FLOOR FLR
BLDG BUILDING
LOT
SPC SPACE
TRLR TRAILER
DEPT DEPARTMENT
PH PENTHOUSE
"""
)
PLAIN_UNITS = read_spellings(
    """
REAR
BSMT BASEMENT
FRNT FRONT
UPPR UPPER
LOWR LOWER
LBBY LOBBY
"""
)
"""Units that need no number."""

STATES = list_words(
    """
AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH
OK OR PA PR RI SC SD TN TX UT VT VA WA WV WI WY ALABAMA ALASKA ARIZONA ARKANSAS CALIFORNIA COLORADO
CONNECTICUT DELAWARE FLORIDA GEORGIA HAWAII IDAHO ILLINOIS INDIANA IOWA KANSAS KENTUCKY LOUISIANA MAINE
MARYLAND MASSACHUSETTS MICHIGAN MINNESOTA MISSISSIPPI MISSOURI MONTANA NEBRASKA NEVADA OHIO OKLAHOMA OREGON
PENNSYLVANIA TENNESSEE TEXAS UTAH VERMONT VIRGINIA WASHINGTON WISCONSIN WYOMING
"""
) | frozenset(
    (
        "NEW HAMPSHIRE", "NEW JERSEY", "NEW MEXICO", "NEW YORK", "NORTH CAROLINA", "NORTH DAKOTA", "RHODE ISLAND",
        "SOUTH CAROLINA", "SOUTH DAKOTA", "WEST VIRGINIA", "DISTRICT OF COLUMBIA", "PUERTO RICO",
    )
)  # fmt: skip
COUNTRIES = frozenset(("USA", "US", "UNITED STATES", "UNITED STATES OF AMERICA"))

NOTHING = frozenset(
    (
        "UNKNOWN",
        "NONE",
        "NULL",
        "NA",
        "N/A",
        "N A",
        "TBD",
        "UNK",
        "NIL",
        "NO ADDRESS",
        "NOT GIVEN",
        "NOT KNOWN",
        "NO LOCATION",
    )
)
"""What people type where there is no address."""

OPENING_PHRASES = (
    "IN THE AREA OF", "AREA OF", "IN FRONT OF", "ACROSS FROM", "NEXT TO", "NEAR", "BEHIND", "OPPOSITE", "IFO", "AT",
    "ON", "ADDRESS",
)  # fmt: skip
CROSSING_PHRASES = ("INTERSECTION OF", "INTERSECTION", "CORNER OF", "COR OF", "JUNCTION OF", "JCT OF", "JCT")
RELATIONS = list_words("BTWN BETWEEN NEAR AT BEHIND OPPOSITE IFO")
"""Words after which a second place only describes the first."""

LINKING_WORDS = RELATIONS | list_words(
    "AND AT OF IN ON TO FROM NEXT ACROSS FRONT THE ADDRESS BLOCK BLK JCT JUNCTION CORNER COR INTERSECTION ONE PO BOX"
)
"""Words that may make a street's name read as something else."""

REMARKS = frozenset(
    (
        "AREA OF",
        "AREA",
        "IN THE AREA",
        "X-FROM",
        "XFROM",
        "ACROSS FROM",
        "BEHIND",
        "IFO",
        "NEAR",
        "POSS ADDRESS",
        "IN FRONT OF",
    )
)
"""Fields after a semicolon that name no place."""

PLACE_WORDS = list_words(
    """
PARK PARKS RIDE CENTER CENTRE MALL PLAZA HOSPITAL SCHOOL LIBRARY CHURCH HALL HOTEL MOTEL INN STATION STORE
STORES SHOP SHOPS MARKET GRILL CAFE BAR BANK AIRPORT UNIVERSITY COLLEGE STADIUM MUSEUM ZOO GARAGE APTS
APARTMENTS LOT FIELD BEACH PLAYGROUND CEMETERY BRIDGE TUNNEL TRACKS END POND RECREATION BEYOND SONS CO
COMPANY INC DRUG LOUNGE
"""
)
"""Words that tell a place from a street where no number or suffix does."""
