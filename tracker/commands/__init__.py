"""The command line: `flask --app tracker COMMAND`, a file per theme.

Names and JSON keys are stable, because scripts depend on them.
"""

from flask import Flask

from . import calls, city, demo, photos, scheduling, schema, serving, transfers, types, users


def register(app: Flask) -> None:
    """Put every theme's commands on the application."""
    for theme in (calls, city, demo, photos, scheduling, schema, serving, transfers, types, users):
        for command in theme.COMMANDS:
            app.cli.add_command(command)
