"""The demo's 911 transfers: every row is one the desk can take, they are seeded, and some are not for this desk."""

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.city.demo.years import SEED, UNTIL
from tracker.calls.transfers.drafts import TransferDraft
from tracker.calls.transfers.files import read_transfers
from tracker.calls.transfers.ordering import Risk, rank_transfer
from tracker.city.demo import write_demo_transfers


def test_a_few_dozen_transfers_wait_seeded_and_of_every_risk(tmp_path: Path) -> None:
    for name in ("one.csv", "two.csv"):
        write_demo_transfers(tmp_path / name, SEED, UNTIL)
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()
    drafts = list(read_transfers(tmp_path / "one.csv", ZoneInfo("America/New_York"), UNTIL).items)
    assert len(drafts) == 36
    risks = set()
    for draft in drafts:
        assert isinstance(draft, TransferDraft)
        assert UNTIL - timedelta(minutes=95) <= draft.received_at <= UNTIL
        assert draft.lat is not None and "{" not in draft.narrative and draft.phone.startswith("585-555-01")
        rank = rank_transfer(received_at=draft.received_at, code=draft.incident_code, narrative=draft.narrative)
        risks.add(rank.risk)
    assert risks == set(Risk)
