"""The profiles that come with the program: a starter per preset, and the template that `new-city` copies."""

import shutil
from pathlib import Path

from ..errors import Conflict, Invalid, NotFound

STARTERS = Path(__file__).parent / "starters"
TEMPLATE = Path(__file__).parent / "template"


def starter_names() -> list[str]:
    """The presets that carry a starter profile."""
    return sorted(path.name for path in STARTERS.iterdir() if (path / "city.toml").is_file())


def starter_folder(name: str) -> Path:
    """The starter profile of a preset; raises `NotFound` that lists the presets."""
    names = starter_names()
    if name not in names:
        raise NotFound(f"There is no preset {name!r}. Presets are: {', '.join(names)}")
    return STARTERS / name


def write_template(folder: Path, template: Path = TEMPLATE) -> list[str]:
    """Copy a profile, by default the commented template, into `folder`, made where it is missing; its files' names.

    Raises `Conflict` when the folder holds anything, so that nobody's profile is overwritten.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise Conflict(f"{folder} is not empty. Name a new folder, so that nothing of yours is overwritten")
        files = sorted(template.iterdir())
        for path in files:
            shutil.copyfile(path, folder / path.name)
    except OSError as error:
        raise Invalid(f"{folder} cannot be written: {error.strerror}") from error
    return [path.name for path in files]
