"""How address texts are read, form by form."""

import pytest

from tracker.places.addresses import AddressKind, NormalizedAddress, normalize_address, street_key


def read(text: str) -> NormalizedAddress:
    return normalize_address(text, use_fallback=False)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("123 Elm St", "123 ELM ST"),
        ("007 Elm St", "7 ELM ST"),
        ("123-125 Elm Street", "123-125 ELM ST"),
        ("125 - 123 Elm St", "123-125 ELM ST"),
        ("1010-1010 Elm St", "1010 ELM ST"),
        ("43-10 30th Ave", "43-10 30TH AVE"),
        ("12 & 14 Elm St", "12-14 ELM ST"),
        ("12 1/2 Elm St", "12 1/2 ELM ST"),
        ("12½ Elm St", "12 1/2 ELM ST"),
        ("65 Tassel S # 1/2;", "65 1/2 S TASSEL"),
        ("12A Elm St", "12A ELM ST"),
        ("12 A Elm St", "12A ELM ST"),
        ("12 A St", "12 A ST"),
        ("W156 N9762 Mill Rd", "W156N9762 MILL RD"),
        ("One Elm St", "1 ELM ST"),
        ("Elm St 123", "123 ELM ST"),
        ("# 2 Elm St", "2 ELM ST"),
    ],
)
def test_house_numbers_are_read_in_every_form(text: str, key: str) -> None:
    address = read(text)
    assert (address.kind, address.key) == (AddressKind.ADDRESS, key)


@pytest.mark.parametrize(
    ("spellings", "key"),
    [
        (("2994 HIGH S", "2994 S High", "2994 South High", "2994 So. High"), "2994 S HIGH"),
        (("5 NW Elm St", "5 N.W. Elm St.", "5 N W Elm Street", "5 Elm St NW", "5 Elm St, NW"), "5 NW ELM ST"),
        (("12 St Marys St", "12 SAINT MARYS ST", "12 St. Mary's Str", "12 St Mary\u2019s St"), "12 SAINT MARYS ST"),
        (("3 Third St", "3 3rd St.", "3 3RD STREET", "3 3 St"), "3 3RD ST"),
        (("3 Twenty-First St", "3 21st St", "3 twenty first street"), "3 21ST ST"),
        (("9 Mt Hope Ave", "9 Mount Hope Avenue"), "9 MOUNT HOPE AVE"),
        (("9 Ft Hill Rd", "9 Fort Hill Road"), "9 FORT HILL RD"),
        (
            ("8 MLK Blvd", "8 Martin Luther King, Jr Blvd", "8 Dr Martin Luther King Jr Boulevard"),
            "8 MARTIN LUTHER KING JR BLVD",
        ),
        (("4 US 101", "4 U.S. Highway 101", "4 US Hwy 101"), "4 US HWY 101"),
        (("4 Route 1", "4 Rte 1", "4 RT. 1"), "4 RTE 1"),
        (("4 Hwy 9", "4 Highway 9"), "4 HWY 9"),
        (("4 Ave K", "4 Avenue K"), "4 AVENUE K"),
        (("149 N Avenue 25", "149 North Ave 25"), "149 N AVENUE 25"),
        (("5 Main Street Extension", "5 Main St Ext"), "5 MAIN ST EXT"),
        (
            (
                "\uff11\uff12\uff13 \uff25lm St",
                "12\u200b3 Elm St",
                "123\x00Elm\x07St",
                "123 E\u0301lm St",
                "123 elm  st",
            ),
            "123 ELM ST",
        ),
    ],
)
def test_every_spelling_of_a_place_has_one_key(spellings: tuple[str, ...], key: str) -> None:
    assert {read(text).key for text in spellings} == {key}


@pytest.mark.parametrize(
    ("text", "street"),
    [
        ("123 E St", "E ST"),
        ("123 East St", "EAST ST"),
        ("123 E Elm St", "E ELM ST"),
        ("123 North St NW", "NW NORTH ST"),
        ("4739 E Huntley Dr North", "E HUNTLEY DR N"),
        ("2700 N North Broadway", "N NORTH BROADWAY"),
        ("8 Park Ct", "PARK CT"),
        ("5 Greenough Park", "GREENOUGH PARK"),
        ("78 Arborway", "ARBORWAY"),
        ("1 Court St", "COURT ST"),
    ],
)
def test_directions_and_suffixes_that_are_names_stay_names(text: str, street: str) -> None:
    assert read(text).street == street


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("123 Elm St Apt 4", "APT 4"),
        ("123 Elm St # D29", "# D29"),
        ("123 Elm St #12", "# 12"),
        ("123 Elm St Unit2", "UNIT 2"),
        ("123 Elm St, Fl 3", "FL 3"),
        ("123 Elm St 3rd Floor", "FL 3"),
        ("123 Elm St Second Floor", "FL 2"),
        ("123 Elm St Rear", "REAR"),
        ("123 Elm St Apartment 3 B", "APT 3"),
        ("123 Elm; 216; LAS ROSAS;", "# 216"),
        ("123 Elm; LAS ROSAS #213;", "# 213"),
        ("123 Elm St Bldg C-2 Ste 4", "BLDG C-2 STE 4"),
        ("123 Elm St 4B", "# 4B"),
        ("123 W Elm 512", "# 512"),
    ],
)
def test_units_are_taken_out_of_the_key(text: str, unit: str) -> None:
    address = read(text)
    assert address.unit == unit
    assert address.key in ("123 ELM ST", "123 ELM", "123 W ELM")


@pytest.mark.parametrize(
    "text",
    [
        "INTERSECTION of Oak Ave & Elm St  Mattapan  MA  ",
        "INTERSECTION Elm Street & Oak Avenue",
        "Elm St / Oak Ave",
        "OAK AVE AT ELM ST, 90029",
        "Elm St and Oak Ave",
        "corner of Elm St and Oak Ave",
        "Elm St @ Oak Ave",
        "Oak Ave &amp; Elm St",
        "Elm St/Oak Ave",
    ],
)
def test_an_intersection_has_one_key_in_any_form_and_order(text: str) -> None:
    address = read(text)
    assert (address.kind, address.key) == (AddressKind.INTERSECTION, "ELM ST & OAK AVE")
    assert (address.street, address.cross_street, address.number) == ("ELM ST", "OAK AVE", None)


def test_a_place_with_and_in_its_name_is_no_intersection() -> None:
    assert read("Park And Ride").kind is AddressKind.PLACE
    assert read("Main and 63rd").key == "63RD & MAIN"
    assert read("Elm St & Elm Street") == NormalizedAddress(AddressKind.STREET, "ELM ST", street="ELM ST")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("100 BLOCK OF Elm St", "100 BLOCK ELM ST"),
        ("150 block Elm St", "100 BLOCK ELM ST"),
        ("3200 block W 10th", "3200 BLOCK W 10TH"),
        ("10 BLK PINE;", "0 BLOCK PINE"),
        ("unit block of Elm St", "0 BLOCK ELM ST"),
        ("block of 100 Elm St", "100 BLOCK ELM ST"),
    ],
)
def test_blocks_are_known_by_their_hundred(text: str, key: str) -> None:
    address = read(text)
    assert (address.kind, address.key) == (AddressKind.BLOCK, key)
    assert address.number == address.hundred == int(key.split()[0])


@pytest.mark.parametrize(
    ("text", "postcode", "locality"),
    [
        ("39 Pine St  Roslindale  MA  02131", "02131", "ROSLINDALE"),
        ("39 Pine St, 91324-1234", "91324", ""),
        ("39 Pine St, Chatswood, CA 91311, USA", "91311", "CHATSWOOD"),
        ("39 Pine St Boston MA 02108", "02108", "BOSTON"),
        ("39 Pine St\nBoston, MA", "", "BOSTON"),
        ("39 Pine St St Louis MO", "", "ST LOUIS"),
        ("39 Pine St", "", ""),
    ],
)
def test_town_and_postcode_are_kept_apart_from_the_key(text: str, postcode: str, locality: str) -> None:
    address = read(text)
    assert (address.key, address.postcode, address.locality) == ("39 PINE ST", postcode, locality)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("393  Finch St", "393 FINCH ST"),
        (" 393   Finch St", "393 FINCH ST"),
        ("393\u00a0Finch\u00a0St", "393 FINCH ST"),
        ("393\u00a0\u00a0Finch St", "393 FINCH ST"),
        ("393 \u2003Finch St", "393 FINCH ST"),
        ("393\u202f\u3000Finch\u1680St", "393 FINCH ST"),
        ("12-14   Finch St", "12-14 FINCH ST"),
        ("12A  Finch St", "12A FINCH ST"),
        ("12  1/2  Finch St", "12 1/2 FINCH ST"),
        ("12\u00bd  Finch St", "12 1/2 FINCH ST"),
        ("# 2  Finch St", "2 FINCH ST"),
        ("12  3rd St", "12 3RD ST"),
        ("W156N9762  Finch St", "W156N9762 FINCH ST"),
    ],
)
def test_blanks_behind_a_house_number_are_one_blank(text: str, key: str) -> None:
    address = read(text)
    assert (address.kind, address.key, address.locality) == (AddressKind.ADDRESS, key, "")
    with_town = read(f"{text}  Dorchester  MA  02125")
    assert (with_town.key, with_town.locality, with_town.postcode) == (key, "DORCHESTER", "02125")


def test_double_blanks_still_separate_fields_elsewhere() -> None:
    for text in ("Elm St  Dorchester  MA", "Elm St\u00a0\u00a0Dorchester\u2003\u2003MA"):
        assert (read(text).key, read(text).locality) == ("ELM ST", "DORCHESTER")
    assert (read("10th  Dorchester  MA").key, read("10th  Dorchester  MA").locality) == ("10TH", "DORCHESTER")
    assert (read("02131  Roslindale  MA").key, read("02131  Roslindale  MA").postcode) == ("", "02131")


def test_known_localities_are_found_without_a_sign_before_them() -> None:
    known = frozenset({"Hyde Park", "Dorset"})
    assert normalize_address("80 Fenway Dorset", localities=known).key == "80 FENWAY"
    assert normalize_address("Elm St Hyde Park", localities=known).locality == "HYDE PARK"
    assert normalize_address("12 Hyde Park Ave Hyde Park", localities=known).key == "12 HYDE PARK AVE"


def test_a_place_name_is_kept_beside_the_address() -> None:
    assert read("2994 HIGH S; SHADY LANE MHP;").place_name == "SHADY LANE MHP"
    assert read("1255 ORCHID # B44; AREA OF").place_name == ""
    corner_shop = read("Joe's Diner, 123 Elm St")
    assert (corner_shop.key, corner_shop.place_name) == ("123 ELM ST", "JOES DINER")


def test_the_house_number_zero_means_the_street() -> None:
    assert read("0 Cottage Rd") == NormalizedAddress(AddressKind.STREET, "COTTAGE RD", street="COTTAGE RD")


@pytest.mark.parametrize(
    "text",
    ["", "   ", "\x00\x01", "\u200b", "???", "12345", "unknown", "N/A", "P.O. Box 48", "x" * 401, "\ufdfa" * 300],
)
def test_what_says_nothing_is_unreadable(text: str) -> None:
    address = read(text)
    assert (address.kind, address.key, address.display, address.hundred) == (AddressKind.UNREADABLE, "", "", None)


@pytest.mark.parametrize(
    ("text", "display"),
    [
        ("12 MCKINLEY AVE", "12 McKinley Ave"),
        ("12 o'farrell st", "12 O'Farrell St"),
        ("E THIRD ST", "E 3rd St"),
        ("MLK & ELM ST", "Elm St & Martin Luther King Jr"),
        ("100 BLOCK ELM ST", "100 block of Elm St"),
        ("5 ne elm st", "5 NE Elm St"),
        ("12A AVENUE OF THE STARS", "12A Avenue of the Stars"),
        ("MACARTHUR BLVD", "MacArthur Blvd"),
        ("VFW PKWY", "VFW Pkwy"),
    ],
)
def test_the_display_is_written_as_people_write(text: str, display: str) -> None:
    assert read(text).display == display


def test_the_hundred_of_a_number_is_its_block() -> None:
    assert [read(f"{number} Elm St").hundred for number in (7, 99, 100, 123, 4599)] == [0, 0, 100, 100, 4500]


def test_the_fallback_finds_an_address_amid_other_words() -> None:
    text = "Green Grocer 3645 N Route Z Columbia MO 65202"
    assert normalize_address(text).key == "3645 N RTE Z"
    assert normalize_address(text, use_fallback=False).kind is not AddressKind.ADDRESS


def test_a_street_key_is_the_canonical_street() -> None:
    assert street_key("North Elm Street") == "N ELM ST"
    assert street_key("Elm, Jr Blvd.") == "ELM JR BLVD"
    assert street_key("") == ""
