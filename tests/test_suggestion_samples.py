"""The suggestions on real calls: a short run of what `bench/suggestions.py` measures."""

import pytest

from bench.held_back import BOSTON, boston, deliveries, import_all_but, links, newest_case
from bench.suggestions import Asked, as_asked, judge
from tracker.cases.suggesting import SURE, suggest_cases

pytestmark = [
    pytest.mark.samples,
    pytest.mark.skipif(
        not BOSTON.exists(), reason="the sample data are not there: set TRACKER_SAMPLE_DATA to their folder"
    ),
]
HELD, DELIVERY = 3_000, 100


def test_sure_suggestions_are_right_and_seldom_missing_on_bostons_last_calls() -> None:
    answers = []
    with boston() as (_, path, mapping):
        for part in deliveries(import_all_but(path, mapping, HELD), DELIVERY):
            newest = newest_case()
            for call in part:
                if call.x_dm is not None:
                    best = suggest_cases(as_asked(call), limit=1)
                    said = (best[0].case_id, best[0].score) if best else (None, 0.0)
                    answers.append(Asked(call, newest, *said))
        figures = judge(answers, links(), SURE)
    assert figures.joined >= 20
    assert figures.precision >= 0.9
    assert figures.recall >= 0.8
