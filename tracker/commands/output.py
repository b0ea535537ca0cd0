"""How every command speaks: JSON or plain lines on stdout, one clear line on failure, progress on a terminal."""

import functools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from sqlalchemy import inspect
from sqlalchemy.exc import OperationalError, ProgrammingError

from ..errors import TrackerError
from ..extensions import db

Command = TypeVar("Command", bound=Callable[..., Any])

json_option = click.option("--json", "as_json", is_flag=True, help="Print exactly one JSON object on stdout.")


def clear_errors(command: Command) -> Command:
    """Turn an error of ours into one line on stderr and exit code 1."""

    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except TrackerError as error:
            raise click.ClickException(str(error)) from error
        except (OperationalError, ProgrammingError) as error:
            db.session.rollback()  # its transaction would keep the look below waiting
            if inspect(db.engine).has_table("alembic_version"):
                raise
            raise click.ClickException("The database has no tables yet. Run first: flask --app tracker init") from error

    return wrapped  # type: ignore[return-value]  # the wrapper keeps the signature


def print_result(result: dict[str, Any], *, as_json: bool) -> None:
    """The result as one JSON object, or as «key value» lines for a person."""
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False, default=str))
        return
    width = max((len(key) for key in result), default=0)
    for key, value in result.items():
        click.echo(f"{key.replace('_', ' '):<{width}}  {value}")


class Advance(Protocol):
    """Moves a progress bar: to `done` of `total`; `count` of the unit done so far gives the rate."""

    def __call__(self, title: str, done: float, total: float, count: float) -> None: ...


@contextmanager
def progress_bar(title: str, total: float | None, unit: str) -> Iterator[Advance]:
    """A progress bar on stderr when a terminal is there, with rate and time left; silent otherwise."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[rate]}"))
    with Progress(*columns, TimeRemainingColumn(), console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task(title, total=total, rate="")

        def advance(title: str, done: float, total: float, count: float) -> None:
            elapsed = progress.tasks[0].elapsed or 0.0
            rate = f"{count / elapsed:,.0f} {unit}/s" if elapsed > 0.5 else ""
            progress.update(task, description=title, completed=done, total=total, rate=rate)

        yield advance
