"""Reading a file in a process of its own, so that one core reads while the other records."""

import gc
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import fields
from itertools import starmap
from operator import attrgetter
from pathlib import Path
from typing import IO, Any, Protocol, cast

from ...clock import from_microseconds, to_microseconds
from ...errors import TrackerError
from ...places.addresses import AddressKind, NormalizedAddress
from .drafts import CallDraft
from .reading import Portion, Task, read_portions, survey_task
from .records import Refusal
from .survey import Survey

WORTH_A_PROCESS = 500_000
"""From this many bytes on disk: a smaller file is read before another process would have started."""
_ROOT = Path(__file__).parents[3]
_DRAFT = [field.name for field in fields(CallDraft)]
_INSTANTS = [_DRAFT.index(name) for name in ("requested", "updated", "closed", "expected")]
_ADDRESS = NormalizedAddress._fields


class Reading(Protocol):
    """A file that is being read: its survey comes first, then its portions, each once."""

    def survey(self) -> Survey:
        """As `survey_task`."""

    def portions(self) -> Iterator[Portion]:
        """As `read_portions`."""


@contextmanager
def open_reading(task: Task, meanwhile: Callable[[], object] = lambda: None) -> Iterator[Reading]:
    """Read a file here, or beside this process if it is large. Leaving the block ends the reading wherever it is.

    `meanwhile` is done while another process makes the survey; a small file's is made too soon for that.
    """
    if not _is_large(task.path) or os.cpu_count() == 1:
        yield _Here(task)
        return
    with closing(_Beside(task)) as reading:
        meanwhile()
        yield reading


def _is_large(path: Path) -> bool:
    try:
        return path.stat().st_size >= WORTH_A_PROCESS
    except OSError:
        return False  # the survey says what is wrong with it


class _Here:
    def __init__(self, task: Task) -> None:
        self._task = task
        self._survey: Survey

    def survey(self) -> Survey:
        self._survey = survey_task(self._task)
        return self._survey

    def portions(self) -> Iterator[Portion]:
        return read_portions(self._task, self._survey)


class _Beside:
    """The end of the pipe at which the messages arrive."""

    def __init__(self, task: Task) -> None:
        path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))
        self._child = subprocess.Popen(  # noqa: S603  # this very file
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": path},
        )  # fmt: skip
        self._in, self._out = cast("IO[bytes]", self._child.stdin), cast("IO[bytes]", self._child.stdout)
        pickle.dump(task, self._in)
        self._in.flush()

    def survey(self) -> Survey:
        survey: Survey = self._receive()
        return survey

    def portions(self) -> Iterator[Portion]:
        while (message := self._receive()) is not None:
            yield _unpack(*message)

    def close(self) -> None:
        self._child.kill()  # it has long ended, or is not wanted any more
        self._in.close()
        self._out.close()
        self._child.wait()

    def _receive(self) -> Any:
        try:
            message = pickle.load(self._out)  # noqa: S301  # from a process of our own
        except EOFError:
            raise TrackerError(
                "The process that read the file has ended before its time, perhaps for want of memory. What was "
                "recorded is kept: import the file again to go on."
            ) from None
        if isinstance(message, Exception):
            raise message
        return message


def _pack(portion: Portion) -> tuple[Any, ...]:
    """A portion column by column, of plain texts and numbers: a pipe takes it in a quarter of the time."""
    drafts = [list(map(attrgetter(name), portion.drafts)) for name in _DRAFT]
    for place in _INSTANTS:
        drafts[place] = [None if instant is None else to_microseconds(instant) for instant in drafts[place]]
    read = list(portion.addresses.values())
    addresses = [list(map(attrgetter(name), read)) for name in _ADDRESS]
    addresses[0] = [str(kind) for kind in addresses[0]]
    return portion.rows, portion.refusals, drafts, list(portion.addresses), addresses


def _unpack(
    rows: int, refusals: list[Refusal], drafts: list[list[Any]], texts: list[str], addresses: list[list[Any]]
) -> Portion:
    for place in _INSTANTS:
        drafts[place] = [None if number is None else from_microseconds(number) for number in drafts[place]]
    addresses[0] = [AddressKind(kind) for kind in addresses[0]]
    read = starmap(NormalizedAddress, zip(*addresses, strict=True))
    return Portion(
        rows, list(starmap(CallDraft, zip(*drafts, strict=True))), refusals, dict(zip(texts, read, strict=True))
    )


def _end_with_parent() -> None:
    """The parent holds the other end of this process's input for as long as it lives and wants to be read to."""
    os.read(0, 1)
    os._exit(1)


def _main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is interrupted too, and ends this process
    pipe, sys.stdout = sys.stdout.buffer, sys.stderr  # nothing else may write between the messages
    task = pickle.load(sys.stdin.buffer)  # noqa: S301  # from the process that started this one
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.set_threshold(100_000, 50, 100)  # rows make no cycles
    for message in _messages(task):
        pickle.dump(message, pipe, protocol=pickle.HIGHEST_PROTOCOL)
        pipe.flush()


def _messages(task: Task) -> Iterator[Any]:
    """The survey, each portion, None at the end; an error in place of what it prevents, for the parent to raise."""
    try:
        survey = survey_task(task)
        yield survey
        for portion in read_portions(task, survey):
            yield _pack(portion)
        yield None
    except Exception as error:
        yield error


if __name__ == "__main__":
    _main()
