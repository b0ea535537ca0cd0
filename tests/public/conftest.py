"""What the tests of the public pages share."""

from collections.abc import Iterator

import pytest

from tracker.extensions import babel


@pytest.fixture(autouse=True)
def forget_translations() -> Iterator[None]:
    """Flask-Babel keeps the texts of a language per process; a test that brings its own must not meet another's."""
    vars(babel).pop("domain_instance", None)
    yield
    vars(babel).pop("domain_instance", None)
