"""Form fields that the pages of a case's file share."""

from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from .privacy import PRIVACY_LABELS

LANGUAGES = {"en": "English", "es": "Spanish"}


def privacy_field(label: str = "Who may see it", **options: object) -> SelectField:
    """To whom it is shown; those who work cases by default."""
    choices = [SelectChoice(level.value, words) for level, words in PRIVACY_LABELS.items()]
    return SelectField(label, choices=choices, default="workers", **options)


def language_field(label: str = "Language") -> SelectField:
    """One of the languages in which the city writes letters."""
    return SelectField(label, choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()])
