"""`init`: create or upgrade the schema, safely even when several processes start at once."""

import click
from flask import current_app
from flask.cli import with_appcontext

from ..migrating import upgrade_schema
from .output import clear_errors, json_option, print_result


@click.command("init")
@json_option
@with_appcontext
@clear_errors
def init(as_json: bool) -> None:
    """Create the database schema, or bring it up to date. Several processes may do so at once."""
    print_result({"revision": upgrade_schema(current_app)}, as_json=as_json)


COMMANDS = [init]
