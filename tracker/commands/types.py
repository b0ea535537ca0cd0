"""`train-types`: learn from the city's own calls which words mean which service type."""

import time

import click
from flask.cli import with_appcontext

from ..jobs import train_types as learn
from .output import clear_errors, json_option, print_result


@click.command("train-types")
@json_option
@with_appcontext
@clear_errors
def train_types(as_json: bool) -> None:
    """Learn from the newest calls which words mean which service type. The worker does so every night.

    Without calls it learns from the names and keywords of the types. accuracy: how often the likeliest type was the
    right one, on the newest calls, kept aside; empty where these are too few to tell.
    """
    started = time.perf_counter()
    kept = learn()
    result = {"calls": kept.calls, "accuracy": kept.accuracy, "seconds": round(time.perf_counter() - started, 1)}
    print_result(result, as_json=as_json)


COMMANDS = [train_types]
