"""Forms of the staff floor."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import EqualTo, InputRequired, Length, Optional, Regexp

from .models import Role
from .password_rules import MAX_LENGTH, MIN_LENGTH

_HINT = f"At least {MIN_LENGTH} characters. Three or four unrelated words are easy to remember."
_NAME_HINT = "Letters, digits and . _ @ + -"
_EMAIL = Regexp(
    r"(?!.{255})[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+\Z", message="An email address looks like name@example.org"
)
"""Its length is looked at first and no two parts take the same signs, so that no text keeps it busy."""
ROLE_NAMES = {role: role.replace("_", " ").capitalize() for role in Role}


def _new_password() -> PasswordField:
    return PasswordField("New password", [InputRequired(), Length(max=MAX_LENGTH)], description=_HINT)


def _again() -> PasswordField:
    return PasswordField("New password again", [InputRequired(), EqualTo("password", "The two passwords differ.")])


class SignInForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Name and password."""

    sign_in_name = StringField("Sign-in name", [InputRequired(), Length(max=120)])
    password = PasswordField("Password", [InputRequired(), Length(max=MAX_LENGTH)])


class FirstPasswordForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The password with which an invited person starts."""

    password = _new_password()
    again = _again()


class ChangePasswordForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A new password in place of one's own."""

    present = PasswordField("Present password", [InputRequired(), Length(max=MAX_LENGTH)])
    password = _new_password()
    again = _again()


def _role_field() -> SelectField:
    choices = [SelectChoice(role.value, name) for role, name in ROLE_NAMES.items()]
    return SelectField("Role", [InputRequired()], choices=choices)


class InviteForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A new colleague."""

    sign_in_name = StringField("Sign-in name", [InputRequired(), Length(2, 120)], description=_NAME_HINT)
    display_name = StringField("Name", [InputRequired(), Length(max=120)])
    email = StringField("Email", [Optional(), Length(max=254), _EMAIL])
    role = _role_field()


class RoleForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Another role for somebody; `seen` is the one she had when the form was opened."""

    seen = HiddenField()
    role = _role_field()
