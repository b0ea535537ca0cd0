"""A report as another system posts it, and what makes two of them the same. Pure."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import timedelta

from ..photos.cleaning import CleanPhoto
from ..placing import Spot
from ..questions.rules import ReadAnswer
from .senders import Sender

SAME_WITHIN = timedelta(hours=24)
"""How long the same content from the same system is taken for the same report sent again."""


@dataclass(frozen=True, slots=True)
class PostedReport:
    """What was sent, read and found right. `retry_key` is the sender's own (`Idempotency-Key`), or empty."""

    service_type_id: int
    spot: Spot
    description: str
    sender: Sender = field(default_factory=Sender)
    media_url: str = ""
    answers: tuple[ReadAnswer, ...] = ()
    photos: tuple[CleanPhoto, ...] = ()
    retry_key: str = ""
    device_id: str = ""
    account_id: str = ""
    """What tells two of an app's users apart who say nothing of themselves; kept nowhere but in the hash."""


def content_hash(report: PostedReport) -> str:
    """SHA-256 of all that somebody said: equal for a report that is sent again, and for nothing else."""
    sender = report.sender
    said = [
        report.service_type_id, report.spot.address, report.spot.lat, report.spot.long, report.description,
        sender.name, sender.phone, sender.email, report.device_id, report.account_id, report.media_url,
        [[answer.code, answer.value] for answer in report.answers],
        [hashlib.sha256(photo.data).hexdigest() for photo in report.photos],
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()
