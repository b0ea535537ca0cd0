"""`create_app`: the only file that knows every blueprint."""

from flask import Flask
from sqlalchemy import Engine
from werkzeug.middleware.proxy_fix import ProxyFix

from . import assets, commands
from .assets import version_assets
from .calls import models as _calls
from .calls.answering import models as _answering
from .calls.photos import models as _photos
from .calls.questions import models as _questions
from .calls.reporting import models as _reporting
from .calls.taking import models as _taking
from .calls.transfers import models as _transfers
from .calls.type_words import models as _type_words
from .cases import action_views as _action_views
from .cases import blueprint as case_pages
from .cases import case_views as _case_views
from .cases import list_views as _list_views
from .cases import models as _cases
from .cases import place_views as _place_views
from .cases.assessing import assessment_views as _assessment_views
from .cases.assessing import models as _assessing
from .cases.deadlines import clock_views as _clock_views
from .cases.deadlines import late_views as _late_views
from .cases.deadlines import models as _deadlines
from .cases.deadlines import panel as _deadline_panel
from .cases.deadlines import setting_views as _setting_views
from .cases.file import file_views as _file_views
from .cases.file.letters import letter_views as _letter_views
from .cases.file.letters import models as _letters
from .cases.file.letters import template_views as _template_views
from .cases.file.papers import models as _papers
from .cases.file.papers import paper_views as _paper_views
from .cases.file.people import models as _people
from .cases.file.people import people_views as _people_views
from .cases.file.visits import away_views as _visit_away_views
from .cases.file.visits import models as _visits
from .cases.file.visits import visit_views as _visit_views
from .cases.related import models as _related
from .cases.related import problem_views as _problem_views
from .cases.related import relation_views as _relation_views
from .cases.related import split_views as _split_views
from .cases.related import undo_views as _undo_views
from .cases.response import models as _response
from .cases.response import objective_views as _objective_views
from .cases.response import partner_views as _partner_views
from .cases.response import request_views as _request_views
from .cases.response import response_views as _response_views
from .cases.response import task_views as _task_views
from .cases.sara import analysis_views as _analysis_views
from .cases.sara import models as _sara
from .cases.sara import phase_views as _phase_views
from .cases.sara import scanning_views as _scanning_views
from .cases.sara import story as _sara_story
from .cases.workload import board_views as _board_views
from .cases.workload import bulk_letter_views as _bulk_letter_views
from .cases.workload import bulk_views as _bulk_views
from .cases.workload import caseload_views as _caseload_views
from .cases.workload import following_views as _following_views
from .cases.workload import handing_over_views as _handing_over_views
from .cases.workload import models as _workload
from .cases.workload import panels as _workload_panels
from .cases.workload import snoozing_views as _snoozing_views
from .config import PROJECT, Settings, load_settings
from .database import guard_engine
from .desk import answer_views as _answer_views
from .desk import asking_views as _asking_views
from .desk import away_views as _away_views
from .desk import blueprint as desk_pages
from .desk import call_views as _call_views
from .desk import caller_views as _caller_views
from .desk import case_panels as _case_panels
from .desk import city_views as _city_views
from .desk import contact_views as _contact_views
from .desk import draft_views as _draft_views
from .desk import list_views as _call_list_views
from .desk import new_call_views as _new_call_views
from .desk import photo_release_views as _photo_release_views
from .desk import photo_views as _photo_views
from .desk import public_views as _public_look_views
from .desk import question_views as _question_views
from .desk import queue_views as _queue_views
from .desk import search_views as _search_views
from .desk import sorting_views as _sorting_views
from .desk import taken_views as _taken_views
from .desk import triage_decision_views as _triage_decision_views
from .desk import triage_views as _triage_views
from .desk import unlocated_views as _unlocated_views
from .error_pages import handle_errors
from .extensions import babel, bootstrap, csrf, db, login_manager, migrate
from .form_cookie import FormCookie
from .headers import harden_answers
from .languages import get_locale, remember_language
from .nuisance import blueprint as nuisance_pages
from .nuisance import models as _nuisance
from .nuisance import property_views as _property_views
from .nuisance import rule_views as _rule_views
from .nuisance import step_views as _step_views
from .nuisance import violation_views as _violation_views
from .open311 import blueprint as open311_pages
from .open311 import bulk_views as _bulk_request_views
from .open311 import discovery_views as _discovery_views
from .open311 import feed_views as _request_feed_views
from .open311 import request_views as _open311_request_views
from .open311 import service_views as _service_views
from .open311 import write_views as _open311_write_views
from .outreach import blueprint as outreach_pages
from .outreach import mail_views as _mail_views
from .outreach import message_views as _message_views
from .outreach import models as _outreach
from .outreach import notice_models as _notices
from .outreach.subscriptions import models as _subscriptions
from .page_context import SharedGlobals, provide_context
from .public import appointment_views as _public_appointment_views
from .public import blueprint as public_pages
from .public import case_views as _public_case_views
from .public import data_views as _data_views
from .public import developer_views as _developer_views
from .public import map_data_views as _map_data_views
from .public import map_views as _map_views
from .public import own_report_views as _own_report_views
from .public import page_views as _page_views
from .public import photo_views as _public_photo_views
from .public import report_views as _report_views
from .public import subscribe_views as _subscribe_views
from .public import subscription_views as _subscription_views
from .public import template_words as _template_words
from .public import track_views as _track_views
from .public.feeds import feed_views as _public_feed_views
from .scheduling import blueprint as scheduling_pages
from .scheduling import member_views as _member_views
from .scheduling import order_form_views as _order_form_views
from .scheduling import order_list_views as _order_list_views
from .scheduling import order_views as _order_views
from .scheduling import resource_views as _resource_views
from .scheduling import sheet_views as _sheet_views
from .scheduling import time_off_views as _time_off_views
from .scheduling.appointments import appointment_views as _appointment_views
from .scheduling.appointments import list_views as _appointment_list_views
from .scheduling.appointments import models as _appointments
from .scheduling.bookings import case_work as _case_work
from .scheduling.bookings import models as _bookings
from .scheduling.calendar import change_views as _calendar_change_views
from .scheduling.calendar import day_views as _day_views
from .scheduling.calendar import feed_page_views as _feed_page_views
from .scheduling.calendar import feed_views as calendar_feeds
from .scheduling.calendar import models as _feeds
from .scheduling.calendar import month_views as _month_views
from .scheduling.calendar import week_views as _week_views
from .scheduling.crew import account_views as _crew_account_views
from .scheduling.crew import crew_views as _crew_views
from .scheduling.crew import models as _crew
from .scheduling.disruptions import breakdown_views as _breakdown_views
from .scheduling.disruptions import weather_views as _weather_views
from .scheduling.orders import models as _orders
from .scheduling.planning import draft_views as _plan_draft_views
from .scheduling.planning import models as _plans
from .scheduling.planning import pin_views as _pin_views
from .scheduling.planning import plan_views as _plan_views
from .scheduling.planning import trial_views as _trial_views
from .scheduling.playbooks import applying_views as _applying_views
from .scheduling.playbooks import models as _playbooks
from .scheduling.playbooks import playbook_views as _playbook_views
from .scheduling.resources import models as _resources
from .staff import account_views as _account_views
from .staff import administration_views as _administration_views
from .staff import blueprint as staff_pages
from .staff.api_keys import key_views as _key_views
from .staff.api_keys import models as _api_keys
from .staff.guard import guard_requests
from .staff.identity import load_staff
from .staff.jobs import job_views as _job_views
from .staff.jobs import models as _jobs

TABLES = (  # importing them makes their tables known, whichever pages exist
    _calls, _questions, _photos, _answering, _transfers, _taking, _cases, _response, _sara, _outreach, _jobs,
    _resources, _orders, _bookings, _playbooks, _plans, _appointments, _feeds, _crew,
    _nuisance, _people, _letters, _visits, _papers, _related, _deadlines, _assessing, _workload, _notices, _api_keys,
    _reporting, _subscriptions, _type_words,
)  # fmt: skip
VIEWS = (  # importing them puts their pages on their floor's blueprint
    _map_data_views,
    _map_views, _public_case_views, _page_views, _account_views, _administration_views, _case_work, _order_form_views,
    _order_list_views, _order_views, _plan_views, _plan_draft_views, _trial_views, _pin_views, _weather_views,
    _breakdown_views, _job_views, _playbook_views, _applying_views, _resource_views, _member_views, _sheet_views,
    _time_off_views, _week_views, _crew_views, _crew_account_views, _day_views, _month_views, _calendar_change_views,
    _feed_page_views, _appointment_views, _appointment_list_views, _public_appointment_views, _list_views,
    _case_views, _action_views, _assessment_views, _place_views, _scanning_views, _analysis_views, _phase_views,
    _sara_story, _file_views, _people_views, _letter_views, _template_views, _paper_views, _visit_views,
    _visit_away_views, _relation_views, _split_views, _undo_views, _problem_views, _clock_views, _late_views,
    _deadline_panel, _setting_views, _response_views, _task_views, _request_views, _objective_views, _partner_views,
    _case_panels, _caseload_views, _bulk_letter_views, _bulk_views, _snoozing_views, _board_views,
    _handing_over_views, _following_views, _workload_panels, _mail_views, _queue_views, _new_call_views, _draft_views,
    _away_views, _taken_views, _asking_views, _call_views, _photo_views, _question_views, _answer_views,
    _message_views, _property_views, _violation_views, _step_views, _rule_views, _city_views, _unlocated_views,
    _sorting_views, _contact_views, _triage_views, _triage_decision_views, _search_views, _call_list_views,
    _caller_views, _template_words, _public_photo_views, _photo_release_views, _public_look_views, _subscribe_views,
    _subscription_views, _public_feed_views,
    _report_views, _track_views, _own_report_views,
    _discovery_views, _open311_request_views, _service_views,
    _request_feed_views, _bulk_request_views, _key_views, _open311_write_views, _data_views, _developer_views,
)  # fmt: skip

BLUEPRINTS = (
    assets.blueprint,
    staff_pages.blueprint,
    case_pages.blueprint,
    desk_pages.blueprint,
    scheduling_pages.blueprint,
    calendar_feeds.blueprint,
    outreach_pages.blueprint,
    nuisance_pages.blueprint,
    public_pages.blueprint,
    open311_pages.blueprint,
)


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application for one installation; without `settings` they come from the environment."""
    settings = settings or load_settings()
    app = Flask(
        "tracker",
        instance_path=str(settings.instance),
        template_folder=str(PROJECT / "templates"),
        static_folder=str(PROJECT / "static"),
    )
    app.config.from_mapping(_flask_settings(settings))
    app.wsgi_app = ProxyFix(app.wsgi_app) if settings.https else app.wsgi_app  # type: ignore[method-assign]  # Flask's documented way
    app.session_interface, app.jinja_environment = FormCookie(), SharedGlobals
    guard_requests(app)  # first: it runs before what the extensions check
    _bind_extensions(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    version_assets(app)
    provide_context(app)
    remember_language(app)
    harden_answers(app)
    handle_errors(app)
    commands.register(app)
    return app


def _flask_settings(settings: Settings) -> dict[str, object]:
    return {
        "SETTINGS": settings,
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "BOOTSTRAP_SERVE_LOCAL": True,
        "BABEL_TRANSLATION_DIRECTORIES": str(PROJECT / "translations"),
        "TRUSTED_HOSTS": list(settings.hosts) or None,
        "MAX_CONTENT_LENGTH": 20 * 1024 * 1024,
        "MAX_FORM_PARTS": 1_000,
        "SESSION_COOKIE_NAME": "__Host-form" if settings.https else "tracker-form",  # form tokens and messages only
        "SESSION_COOKIE_SECURE": settings.https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_TIME_LIMIT": None,  # a token lives as long as its cookie: nobody loses a long form to a clock
        "WTF_CSRF_SSL_STRICT": False,  # it wants the referrer, which we tell browsers not to send; the token decides
    }


def _bind_extensions(app: Flask) -> None:
    db.init_app(app)
    with app.app_context():
        for engine in db.engines.values():
            _guard_once(engine)
    migrate.init_app(app, db, directory=str(PROJECT / "migrations"), render_as_batch=True)
    login_manager.init_app(app)
    login_manager.session_protection = None  # identity is a row in our database, not Flask's cookie
    login_manager.request_loader(load_staff)
    csrf.init_app(app)
    babel.init_app(app, locale_selector=get_locale)
    bootstrap.init_app(app)


def _guard_once(engine: Engine) -> None:
    """Every engine is new with its application, so it is guarded exactly once."""
    guard_engine(engine)
