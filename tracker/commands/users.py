"""`create-user`: the first administrator, and anybody else, from the command line."""

import sys

import click
from flask.cli import with_appcontext

from ..extensions import db
from ..staff.accounts import create_user, invite_user, set_password
from ..staff.models import Role
from .output import clear_errors, json_option, print_result


@click.command("create-user")
@click.argument("name")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--display-name", default="", help="How colleagues see this person; by default the sign-in name.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@json_option
@with_appcontext
@clear_errors
def create_user_command(name: str, role: str, display_name: str, password_stdin: bool, as_json: bool) -> None:
    """Create a staff account. Without --password-stdin prints the path of a one-time invitation, good for a week."""
    user = create_user(name, Role(role), display_name=display_name)
    result = {"sign_in_name": user.sign_in_name, "role": user.role.value}
    if password_stdin:
        set_password(user, sys.stdin.readline().rstrip("\r\n"))
    else:
        result["invitation_path"] = f"/staff/invitation/{invite_user(user)}"
    db.session.commit()
    print_result(result, as_json=as_json)


COMMANDS = [create_user_command]
