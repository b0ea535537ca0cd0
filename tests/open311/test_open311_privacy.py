"""No answer of Open311 holds anything exact, personal or timed, whatever is asked in whatever format."""

import re

import pytest
from flask.testing import FlaskClient

from tests.public import test_privacy
from tests.public.test_privacy import HOUSE, forbidden, headers_of
from tracker.cases.models import ProblemCase

case = test_privacy.case  # the city whose every detail is known, as a fixture of this file too
POINT = f"lat={HOUSE[0]}&long={HOUSE[1]}"
QUERIES = (
    "", "?extensions=true", "?q=137", "?q=137+elm", "?q=dog", "?q=secret", "?q=elm", f"?{POINT}&radius=1",
    f"?{POINT}&radius=2000&extensions=true", "?status=open", "?page=1&page_size=2", "?updated_after=2026-06-01",
    "?start_date=2026-06-15T11:00:00-04:00", "?end_date=2026-06-15T11:00:00-04:00", "?agency_responsible=North+Center",
    "?has_photo=true", "?service_code=secret-kind", "?start_date=2026-06-01&end_date=2026-06-15", "?lang=es",
)  # fmt: skip
PATHS = ("requests.json", "requests.xml", "requests.rss", "requests.atom", "bulk/requests.csv", "bulk/requests.json",
         "bulk/requests.xml", "services.json", "services.xml", "services/secret-kind.json", "discovery.json",
         "servicerequestupdates.xml", "servicerequestupdates.json")  # fmt: skip


def test_no_system_reads_anything_exact_personal_or_timed(client: FlaskClient, case: ProblemCase) -> None:
    numbers = {one["service_request_id"] for one in client.get("/open311/v2/requests.json").json}
    assert numbers, "the calls of the case are told by their numbers, which are theirs to tell"
    never = [text for text in forbidden(case) if text not in numbers and "5 calls" not in text]
    shown = 0
    for path in (*PATHS, *(f"requests/{number}.{end}" for number in numbers for end in ("json", "xml"))):
        for query in QUERIES:
            answer = client.get(f"/open311/v2/{path}{query}")
            assert answer.status_code in (200, 400, 404), (path, query, answer.text)
            # What was asked is said again in a feed's own address and in a refusal, and is nobody's secret.
            told = re.sub(r"https?://localhost[^\s<\"]*|code [\w-]+\.", "", answer.text)
            # Random numbers and keyed digests hold any few digits by chance.
            told = re.sub("|".join(numbers), "", told) + re.sub(r'W/"\w+"', "", headers_of(answer))
            found = [text for text in never if text in told]
            assert not found, (path, query, found)
            shown += "100 block of Elm St" in answer.text
    assert shown > 50


@pytest.mark.parametrize("name", ["start_date", "end_date", "updated_after", "updated_before"])
def test_no_hour_can_be_found_by_halving_the_day(client: FlaskClient, case: ProblemCase, name: str) -> None:
    answers = {
        client.get(f"/open311/v2/requests.json?{name}=2026-06-14T{hour:02}:{minute:02}:00-04:00").data
        for hour in range(0, 24, 3)
        for minute in (1, 31)
    }
    assert len(answers) == 1


def test_no_place_finer_than_its_block_can_be_found_by_closing_in(client: FlaskClient, case: ProblemCase) -> None:
    def count(north: float, east: float, radius: float) -> int:
        place = f"lat={HOUSE[0] + north}&long={HOUSE[1] + east}&radius={radius}"
        return len(client.get(f"/open311/v2/requests.json?{place}").json)

    told = client.get("/open311/v2/requests.json").json[0]
    assert count(told["lat"] - HOUSE[0], told["long"] - HOUSE[1], 0.5) > 0 == count(0, 0, 5)
