"""`check-photos`: whether the database and the folder of photos agree."""

import click
from flask.cli import with_appcontext

from ..calls.photos import lost_photos
from ..errors import NotFound
from ..formatters import plural
from .output import clear_errors, json_option, print_result


@click.command("check-photos")
@json_option
@with_appcontext
@clear_errors
def check_photos(as_json: bool) -> None:
    """Name photos whose file is gone, and files that no photo names; ends with 1 when a file is gone.

    Files without a photo remain when somebody's browser was cut off; they may be deleted.
    """
    lost = lost_photos()
    print_result({"files_gone": lost.rows, "files_without_photo": [str(path) for path in lost.files]}, as_json=as_json)
    if lost.rows:
        raise NotFound(f"{plural(len(lost.rows), 'photo')} without a file. Bring the folder photos/ back from a backup")


COMMANDS = [check_photos]
