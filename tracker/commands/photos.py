"""`check-photos`: whether the database and the folders of photos and of cases' papers agree."""

import click
from flask.cli import with_appcontext

from ..calls.photos import lost_photos
from ..cases.file.papers.keeping import lost_papers
from ..errors import NotFound
from ..formatters import plural
from .output import clear_errors, json_option, print_result


@click.command("check-photos")
@json_option
@with_appcontext
@clear_errors
def check_photos(as_json: bool) -> None:
    """Name photos and papers of cases whose file is gone, and files that neither names; ends with 1 when one is gone.

    Such files remain when somebody's browser was cut off; they may be deleted.
    """
    lost, papers = lost_photos(), lost_papers()
    found = {
        "files_gone": lost.rows, "papers_gone": papers.rows,
        "files_without_photo": [str(path) for path in lost.files],
        "files_without_paper": [str(path) for path in papers.files],
    }  # fmt: skip
    print_result(found, as_json=as_json)
    if lost.rows or papers.rows:
        counted = f"{plural(len(lost.rows), 'photo')} and {plural(len(papers.rows), 'paper')}"
        raise NotFound(f"{counted} without a file. Bring the folders photos/ and papers/ back from a backup")


COMMANDS = [check_photos]
