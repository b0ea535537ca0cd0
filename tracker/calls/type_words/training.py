"""Has a model fitted by a process of its own, and keeps it where every process of the city finds it."""

import json
import logging
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete

from ...clock import utc_now
from ...errors import Invalid, TrackerError
from ...extensions import db
from .examples import Examples
from .model import read_model
from .models import TypeModel

_ROOT = Path(__file__).parents[3]
_FITTING = [sys.executable, "-m", f"{__package__}.fitting"]
_ONE_CORE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""The others serve pages meanwhile; a second one would gain nothing."""
LONGEST_S = 1_800
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Fitted:
    """A model as bytes; the calls it learned from; its accuracy on the newest of them, None where they are too few."""

    data: bytes
    calls: int
    accuracy: float | None


def fit_beside(examples: Examples) -> Fitted:
    """Fit a model in a process of its own; minutes at most. Call it outside of any transaction.

    Raises `Invalid` where there is nothing to choose between, `TrackerError` when the process fails.
    """
    if len({kind for _, kind in [*examples.names, *examples.calls]}) < 2:
        raise Invalid("There are not two service types to choose between yet. Load a city first.")
    done = subprocess.run(  # noqa: S603  # our own module, under our own interpreter
        _FITTING,
        input=examples.as_bytes(),
        capture_output=True,
        cwd=_ROOT,
        env={**os.environ, **_ONE_CORE},
        timeout=LONGEST_S,
        check=False,
    )
    if done.returncode != 0 or read_model(done.stdout) is None:
        log.error("The model of service types could not be fitted: %s", done.stderr.decode("utf-8", "replace")[-2_000:])
        raise TrackerError("The model could not be fitted; the program's log says why. The one before stays in use.")
    said = json.loads(done.stderr.decode().splitlines()[-1])
    return Fitted(done.stdout, len(examples.calls), said["accuracy"])


def keep_model(fitted: Fitted) -> TypeModel:
    """Put a model in the place of the one before, whole or not at all. Flushes."""
    kept = TypeModel(trained_at=utc_now(), calls=fitted.calls, accuracy=fitted.accuracy, data=fitted.data)
    db.session.add(kept)
    db.session.flush()
    db.session.execute(delete(TypeModel).where(TypeModel.id < kept.id))
    return kept
