"""`create_app`: the only file that knows every blueprint."""

from flask import Flask
from sqlalchemy import Engine
from werkzeug.middleware.proxy_fix import ProxyFix

from . import commands
from .calls import models as _calls
from .cases import models as _cases
from .config import PROJECT, Settings, load_settings
from .database import guard_engine
from .extensions import babel, bootstrap, csrf, db, login_manager, migrate
from .scheduling import models as _scheduling

TABLES = (_calls, _cases, _scheduling)  # importing them makes their tables known, whichever pages exist

BLUEPRINTS = ()


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application for one installation; without `settings` they come from the environment."""
    settings = settings or load_settings()
    app = Flask(
        "tracker",
        instance_path=str(settings.instance),
        template_folder=str(PROJECT / "templates"),
        static_folder=str(PROJECT / "static"),
    )
    app.config.from_mapping(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        BOOTSTRAP_SERVE_LOCAL=True,
        MAX_CONTENT_LENGTH=20 * 1024 * 1024,
        MAX_FORM_PARTS=1_000,
    )
    app.wsgi_app = ProxyFix(app.wsgi_app) if settings.https else app.wsgi_app  # type: ignore[method-assign]  # Flask's documented way
    _bind_extensions(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    commands.register(app)
    return app


def _bind_extensions(app: Flask) -> None:
    db.init_app(app)
    with app.app_context():
        for engine in db.engines.values():
            _guard_once(engine)
    migrate.init_app(app, db, directory=str(PROJECT / "migrations"), render_as_batch=True)
    login_manager.init_app(app)
    csrf.init_app(app)
    babel.init_app(app)
    bootstrap.init_app(app)


def _guard_once(engine: Engine) -> None:
    """Every engine is new with its application, so it is guarded exactly once."""
    guard_engine(engine)
