"""Flask-Babel, with the translations of a language found by one look: a page asks for a hundred texts."""

from functools import cached_property
from typing import Any

from babel.support import NullTranslations, Translations
from flask import Flask
from flask_babel import Babel, Domain, get_locale


class KnownTranslations(Domain):  # type: ignore[misc]  # Flask-Babel leaves its classes untyped
    """Texts by their language; Flask-Babel spells the locale and asks for its context three times for each text."""

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self._known: dict[str, Translations | NullTranslations] = {}

    def get_translations(self) -> Translations | NullTranslations:
        """Those of the page's language."""
        locale = get_locale()
        known = self._known.get(locale.language) if locale else None
        if known is None:
            known = super().get_translations()
            if locale:
                self._known[locale.language] = known
        return known


class QuickBabel(Babel):  # type: ignore[misc]  # as above
    """`Babel` whose texts and templates ask `KnownTranslations`."""

    @cached_property
    def domain_instance(self) -> KnownTranslations:
        """Where every text is looked up."""
        return KnownTranslations()

    def init_app(self, app: Flask, **values: Any) -> None:
        """Bind it to an application."""
        super().init_app(app, **values)
        find = self.domain_instance.get_translations
        app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # the i18n extension puts it there
            gettext=lambda text: find().ugettext(text),
            ngettext=lambda one, many, count: find().ungettext(one, many, count),
            pgettext=lambda context, text: find().upgettext(context, text),
            npgettext=lambda context, one, many, count: find().unpgettext(context, one, many, count),
            newstyle=True,
        )
