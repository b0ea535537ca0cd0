"""Every setting in one typed place, with its environment variable. `docs/settings.md` is generated from this file."""

import os
import re
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Settings:
    """What a city sets per installation. What it sets per city lives in the city profile instead."""

    instance: Path
    """`TRACKER_INSTANCE`: folder of the database, uploads and secrets. Default: `instance/` beside the program."""
    database_url: str
    """`TRACKER_DATABASE_URL`: SQLAlchemy address. Default: SQLite in the instance folder."""
    port: int
    """`TRACKER_PORT`: port of `make run`. Default: 8311."""
    city: Path | None
    """`TRACKER_CITY`: profile folder that `load-city` takes when none is named. Default: the built-in demo city."""
    https: bool
    """`TRACKER_HTTPS`: 1 when served behind https; makes cookies `__Host-` and Secure. Default: 0."""
    hosts: tuple[str, ...]
    """`TRACKER_HOSTS`: names under which the program is reached, by commas; a request under another name is refused,
    so that nobody can put a name of his own into a link that the program writes. Default: any name."""
    tile_url: str
    """`TRACKER_TILE_URL`: map tiles, `https://host/{z}/{x}/{y}.png`. Default: none; the
    city's streets are drawn."""
    tile_attribution: str
    """`TRACKER_TILE_ATTRIBUTION`: the credit that the tile host asks for."""
    directions_url: str
    """`TRACKER_DIRECTIONS_URL`: the way to a place, opened when somebody of a crew taps it, as
    `https://host/...{lat},{long}`. Default: none; the phone's own map is asked (`geo:`), which iPhones do not know."""
    geocoders: tuple[str, ...]
    """`TRACKER_GEOCODERS`: outside geocoders in order (`nominatim`, `photon`, `arcgis`), by commas. Default: none."""
    geocoder_url: str
    """`TRACKER_GEOCODER_URL`: `host[:port]` of your own Nominatim or Photon. Default: the public service of each."""
    geocoder_contact: str
    """`TRACKER_GEOCODER_CONTACT`: user agent sent to outside geocoders; Nominatim demands one of your own.

    Default: `neighborhood-case-tracker`."""
    closures_need_agreement: bool
    """`TRACKER_CLOSURES_NEED_AGREEMENT`: 1: a 911 transfer that is closed administratively waits until a supervisor
    agrees; 0: the aide's word is enough. Default: 1."""
    drop_folder: Path | None
    """`TRACKER_DROP_FOLDER`: folder in which the worker looks for files of 911 transfers, every minute. Default:
    none."""
    mail_host: str
    """`TRACKER_MAIL_HOST`: the mail server that takes the program's mail. Default: none; nothing is mailed."""
    mail_port: int
    """`TRACKER_MAIL_PORT`: its port. Default: 587."""
    mail_user: str
    """`TRACKER_MAIL_USER`: the account there. Default: none; the program does not sign in."""
    mail_password: str
    """`TRACKER_MAIL_PASSWORD`: its password."""
    mail_from: str
    """`TRACKER_MAIL_FROM`: the sender's address. Default: `tracker@localhost`."""
    mail_tls: str
    """`TRACKER_MAIL_TLS`: `starttls`, `tls` (from the first byte) or `off` (only for a server on this machine).
    Default: `starttls`."""
    address: str
    """`TRACKER_ADDRESS`: where people find the program, such as `https://cases.example.org`, for links in mail.
    Default: none; mail has no links."""
    digest_hour: int
    """`TRACKER_DIGEST_HOUR`: from which hour on the city's clocks the morning mails go out, 0 to 23. Default: 7."""
    text_url: str
    """`TRACKER_TEXT_URL`: how text messages are sent: an address of the library Apprise, in which `{phone}` is the
    number, such as `twilio://SID:TOKEN@FROM/{phone}`. Default: none; nothing is sent as text."""
    window_minutes: int
    """`TRACKER_APPOINTMENT_MINUTES`: how long the windows are that residents choose from, in minutes on the clock from
    midnight on, 30 to 720. Default: 120, so 8 to 10, 10 to 12."""
    window_days: int
    """`TRACKER_APPOINTMENT_DAYS`: on how many working days ahead windows are offered, 1 to 30. Default: 10."""
    window_lead_hours: int
    """`TRACKER_APPOINTMENT_LEAD_HOURS`: how many hours ahead a window has to begin to be offered. Default: 24."""
    hold_minutes: int
    """`TRACKER_APPOINTMENT_HOLD_MINUTES`: for how many minutes a window is held for somebody who decides. Default:
    15."""
    change_days: int
    """`TRACKER_APPOINTMENT_CHANGE_DAYS`: how many days ahead a resident may still move or cancel by herself; 1: until
    the day before is over. Default: 1."""
    reminder_hour: int
    """`TRACKER_APPOINTMENT_REMINDER_HOUR`: from which hour of the day before, on the city's clocks, residents are
    reminded, 0 to 23. Default: 10."""
    plan_seconds: int
    """`TRACKER_PLAN_SECONDS`: for how many seconds a plan that a page asked for looks for shorter routes, 1 to 300.
    Default: 10."""
    routing: str
    """`TRACKER_ROUTING`: who says how far and how long the ways are when crews are planned: `osrm` or `valhalla`, a
    service of your own. Default: none; the straight line with a street factor."""
    routing_url: str
    """`TRACKER_ROUTING_URL`: where that service is, such as `http://127.0.0.1:5000`. It is told the places of the work
    that is planned, so let it be one that the city trusts."""
    embed_hosts: tuple[str, ...]
    """`TRACKER_EMBED_HOSTS`: sites that may show the map in a frame (`/embed`), each with its scheme, such as
    `https://www.example.org`, by commas. Default: none; no site may, and the page does not exist."""
    secret_key: str
    """`TRACKER_SECRET_KEY`: signs forms and cookies. Default: made once and kept in the instance folder."""


def _secret_key(instance: Path) -> str:
    """The installation's own key: made on first use, readable by the owner only, the same for all its processes."""
    path = instance / "secret-key"
    if not path.exists():
        descriptor, draft = tempfile.mkstemp(dir=instance)  # mkstemp makes it readable by the owner only
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
        try:
            os.link(draft, path)  # whole or not at all, and the first process wins
        except FileExistsError:
            pass
        finally:
            Path(draft).unlink()
    return path.read_text().strip()


def _listed(env: dict[str, str], name: str) -> tuple[str, ...]:
    return tuple(part.strip().lower() for part in env.get(name, "").split(",") if part.strip())


def _sites(env: dict[str, str], name: str) -> tuple[str, ...]:
    """Scheme and host of other sites; raises `ValueError` for anything more, because it goes into a header as it is."""
    sites = _listed(env, name)
    wrong = [site for site in sites if not re.fullmatch(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?", site)]
    if wrong:
        raise ValueError(f"{name} holds sites such as https://www.example.org, not {wrong[0]}")
    return sites


def _one_of(env: dict[str, str], name: str, known: tuple[str, ...]) -> str:
    """The value, or the first known one where none is set; raises `ValueError` for a misspelled one."""
    value = env.get(name) or known[0]
    if value not in known:
        raise ValueError(f"{name} is one of {', '.join(known)}, not {value}")
    return value


def _hour(env: dict[str, str], name: str, default: int) -> int:
    """An hour of the day; raises `ValueError` for anything else."""
    hour = int(env.get(name) or default)
    if not 0 <= hour <= 23:
        raise ValueError(f"{name} is an hour from 0 to 23, not {hour}")
    return hour


def _number(env: dict[str, str], name: str, default: int, least: int, most: int) -> int:
    """A whole number within bounds; raises `ValueError` for anything else."""
    number = int(env.get(name) or default)
    if not least <= number <= most:
        raise ValueError(f"{name} is a number from {least} to {most}, not {number}")
    return number


def _service_url(env: dict[str, str], name: str, *, needed: bool) -> str:
    """The address of a service; raises `ValueError` for what is none, or where one is needed and not set."""
    value = env.get(name, "").rstrip("/")
    if (value or needed) and not value.startswith(("http://", "https://")):
        raise ValueError(f"{name} is an address that begins with http:// or https://, not {value or 'empty'}")
    return value


def load_settings(environ: dict[str, str] | None = None) -> Settings:
    """Read the settings from the environment (or from `environ`, for tests) and make the instance folder."""
    env = dict(os.environ) if environ is None else environ
    instance = Path(env.get("TRACKER_INSTANCE") or PROJECT / "instance").resolve()
    instance.mkdir(parents=True, exist_ok=True)
    return Settings(
        instance=instance,
        database_url=env.get("TRACKER_DATABASE_URL") or f"sqlite:///{instance / 'tracker.sqlite3'}",
        port=int(env.get("TRACKER_PORT") or 8311),
        city=Path(env["TRACKER_CITY"]).resolve() if env.get("TRACKER_CITY") else None,
        https=env.get("TRACKER_HTTPS", "0") == "1",
        hosts=_listed(env, "TRACKER_HOSTS"),
        tile_url=env.get("TRACKER_TILE_URL", ""),
        tile_attribution=env.get("TRACKER_TILE_ATTRIBUTION", ""),
        directions_url=env.get("TRACKER_DIRECTIONS_URL", ""),
        geocoders=_listed(env, "TRACKER_GEOCODERS"),
        geocoder_url=env.get("TRACKER_GEOCODER_URL", ""),
        geocoder_contact=env.get("TRACKER_GEOCODER_CONTACT", "neighborhood-case-tracker"),
        closures_need_agreement=env.get("TRACKER_CLOSURES_NEED_AGREEMENT", "1") != "0",
        drop_folder=Path(env["TRACKER_DROP_FOLDER"]).resolve() if env.get("TRACKER_DROP_FOLDER") else None,
        mail_host=env.get("TRACKER_MAIL_HOST", ""),
        mail_port=int(env.get("TRACKER_MAIL_PORT") or 587),
        mail_user=env.get("TRACKER_MAIL_USER", ""),
        mail_password=env.get("TRACKER_MAIL_PASSWORD", ""),
        mail_from=env.get("TRACKER_MAIL_FROM") or "tracker@localhost",
        mail_tls=_one_of(env, "TRACKER_MAIL_TLS", ("starttls", "tls", "off")),
        address=env.get("TRACKER_ADDRESS", "").rstrip("/"),
        digest_hour=_hour(env, "TRACKER_DIGEST_HOUR", 7),
        text_url=env.get("TRACKER_TEXT_URL", ""),
        window_minutes=_number(env, "TRACKER_APPOINTMENT_MINUTES", 120, 30, 720),
        window_days=_number(env, "TRACKER_APPOINTMENT_DAYS", 10, 1, 30),
        window_lead_hours=_number(env, "TRACKER_APPOINTMENT_LEAD_HOURS", 24, 0, 720),
        hold_minutes=_number(env, "TRACKER_APPOINTMENT_HOLD_MINUTES", 15, 1, 1440),
        change_days=_number(env, "TRACKER_APPOINTMENT_CHANGE_DAYS", 1, 0, 30),
        reminder_hour=_number(env, "TRACKER_APPOINTMENT_REMINDER_HOUR", 10, 0, 23),
        plan_seconds=_number(env, "TRACKER_PLAN_SECONDS", 10, 1, 300),
        routing=_one_of(env, "TRACKER_ROUTING", ("", "osrm", "valhalla")),
        routing_url=_service_url(env, "TRACKER_ROUTING_URL", needed=bool(env.get("TRACKER_ROUTING"))),
        embed_hosts=_sites(env, "TRACKER_EMBED_HOSTS"),
        secret_key=env.get("TRACKER_SECRET_KEY") or _secret_key(instance),
    )
