"""Tell the stories: every step on its own day, by the verb that a page would use, whole or not at all."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from ...clock import from_local, local_date, told_as_of
from ...extensions import db
from ...formatters import plural
from ...places.city import city_zone, the_city
from ...staff.log import append_log
from ...staff.models import LogEntry, User
from . import filing, responding, working
from .casting import calls_after, find_players
from .earlier import solve_earlier
from .scene import Scene
from .script import Step, Story, read_stories, working_day

TOLD = "stories_told"
"""The verb by which the city's history says that it was done."""
_OPENS, _A_STEP = time(9, 10), timedelta(minutes=25)

VERBS: dict[str, Callable[[Scene, Step], None]] = {
    "accept": working.accept, "scan": working.scan, "analyze": working.analyze, "go_on": working.go_on,
    "note": working.note, "follow": working.follow, "snooze": working.snooze, "pause": working.pause,
    "resume": working.resume, "relate": working.relate, "problem": working.join_problem, "close": working.close,
    "confirm": working.confirm, "come_back": working.come_back, "assess": working.assess,
    "write_down": working.write_down,
    "objective": responding.objective, "judge": responding.judge, "task": responding.task,
    "task_done": responding.task_done, "task_called_off": responding.task_called_off, "ask": responding.ask,
    "promise": responding.promise, "partner_done": responding.partner_done, "playbook": responding.playbook,
    "order": responding.order, "repeat": responding.repeat,
    "person": filing.person, "person_left": filing.person_left, "letter": filing.letter,
    "visit_planned": filing.visit_planned, "visit": filing.visit, "visit_called_off": filing.visit_called_off,
}  # fmt: skip
"""What a story may say, and what is then done."""


def tell_stories(until: datetime) -> int:
    """Work on some cases as the demo's staff would have, up to `until`; returns how many were worked on. Flushes.

    Told again it does nothing. Whoever calls commits once, so a build that was broken off tells all or none.
    """
    if _were_told():
        return 0
    stage = _set_stage(read_stories(), until)
    solve_earlier([scene.case for scene in stage.values()], until)
    for instant, scene, step in _in_order(stage, until):
        with told_as_of(instant):
            VERBS[step.verb](scene, step)
            db.session.flush()
    text = f"The demo's staff worked on {plural(len(stage), 'case')}. Nobody of them exists."
    append_log("city", the_city().id, TOLD, text)
    db.session.flush()
    return len(stage)


def _were_told() -> bool:
    said = select(LogEntry.id).where(
        LogEntry.subject_kind == "city", LogEntry.subject_id == the_city().id, LogEntry.verb == TOLD
    )
    return db.session.scalars(said.limit(1)).first() is not None


def _set_stage(stories: list[Story], until: datetime) -> dict[str, Scene]:
    staff = {user.sign_in_name: user for user in db.session.scalars(select(User).order_by(User.id))}
    today = local_date(until, city_zone(the_city()))
    stage: dict[str, Scene] = {}
    players = find_players(stories, until)
    for story in stories:
        if story.code in players:
            stage[story.code] = Scene(story, players[story.code], staff, stage, today)
    return stage


def _came_back_at(scene: Scene, until: datetime) -> datetime:
    """An hour after the first call since the case was closed, whatever day the story expects it on."""
    closed = until + timedelta(days=scene.story.day_of("close"))
    return calls_after(scene.case, closed)[0].requested_datetime + timedelta(hours=1)


def _in_order(stage: dict[str, Scene], until: datetime) -> list[tuple[datetime, Scene, Step]]:
    """Every step of every story with its instant, in order of time: the log is read in the order it was written."""
    steps = []
    for scene in stage.values():
        of_day: Counter[date] = Counter()
        for step in scene.story.steps:
            day = working_day(scene.today, step.day)
            at = from_local(datetime.combine(day, _OPENS) + of_day[day] * _A_STEP, city_zone(the_city()))
            of_day[day] += 1
            if step.verb == "come_back":
                at = _came_back_at(scene, until)
            steps.append((min(at, until), scene, step))
    return sorted(steps, key=lambda one: one[0])
