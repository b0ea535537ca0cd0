"""How much a resource may say of itself: the same on the page, in a spreadsheet and in a city profile. Pure."""

MOST_PEOPLE = 100
MOST_CAPACITY = 1_000_000
