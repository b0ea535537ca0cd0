"""Forms of the city's own answers."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length, Regexp

from ..staff.changing import trim

_MOST_KEYWORDS = 40
_LONGEST_KEYWORD = 60
_CODE = r"(?!new\Z)[a-z0-9][a-z0-9_-]{0,59}\Z"  # an answer called «new» would hide behind the page that adds one
_LINK = r"(https?://[A-Za-z0-9.-]+(:\d{1,5})?(/[!-~]*)?)?\Z"


class AnswerForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What an answer says; `seen` is how it stood when the form was opened."""

    seen = HiddenField()
    title = StringField("Question in a few words", [DataRequired("Say what is asked."), Length(max=160)],
                        filters=[trim])  # fmt: skip
    text_en = TextAreaField("Answer in English", [DataRequired("Write the answer."), Length(max=4_000)],
                            filters=[trim])  # fmt: skip
    text_es = TextAreaField("Answer in Spanish", [Length(max=4_000)], filters=[trim])
    keywords = StringField("Words that people use for it", [Length(max=2_500)], filters=[trim],
                           description="In both languages, separated by commas")  # fmt: skip
    link = StringField("Page to send to the caller", [Length(max=400), Regexp(_LINK, message="Write https://...")],
                       filters=[trim], description="Optional: https://...")  # fmt: skip

    @property
    def keyword_list(self) -> list[str]:
        """The keywords one by one, none twice."""
        return list(dict.fromkeys(word.strip() for word in (self.keywords.data or "").split(",") if word.strip()))

    def validate_keywords(self, field: StringField) -> None:
        """Refuse what a profile would refuse too."""
        if len(self.keyword_list) > _MOST_KEYWORDS or any(len(word) > _LONGEST_KEYWORD for word in self.keyword_list):
            raise ValidationError(f"At most {_MOST_KEYWORDS} words of at most {_LONGEST_KEYWORD} characters.")


class NewAnswerForm(AnswerForm):
    """An answer that does not exist yet."""

    code = StringField(
        "Code",
        [DataRequired("Give it a code."), Regexp(_CODE, message="Lower-case letters, digits, - and _.")],
        description="Short and unique, as in your profile: trash-day",
        filters=[trim],
    )
