"""The verbs of a story's response: objectives, tasks, partners, crews, the playbook."""

from sqlalchemy import select

from ...cases.response.models import PartnerAgency, Verdict
from ...cases.response.objectives import judge_objective, set_objective
from ...cases.response.partner_requests import ask_partner, finish_request, note_promise
from ...cases.response.tasks import add_task, cancel_task, finish_task
from ...extensions import db
from ...scheduling.orders.entry import OrderEntry
from ...scheduling.orders.ordering import create_order
from ...scheduling.orders.recurring import Rhythm, repeat_work
from ...scheduling.playbooks.applying import StepChoice, apply_playbook
from ...scheduling.playbooks.editing import playbook_of
from ...scheduling.playbooks.step_kinds import StepKind
from .scene import Scene
from .script import Step


def objective(scene: Scene, step: Step) -> None:
    """What is to be reached by a day."""
    facts = step.facts
    scene.objectives.append(
        set_objective(
            scene.case,
            aim=facts.get("aim", ""),
            due_on=scene.day(facts["due"]),
            actor=scene.actor(step),
            most_calls=facts.get("most"),
        )
    )


def judge(scene: Scene, step: Step) -> None:
    """Whether the objective was reached."""
    facts = step.facts
    verdict = Verdict(facts["verdict"])
    judge_objective(scene.objectives[facts["number"]], verdict=verdict, words=facts["words"], actor=scene.actor(step))


def task(scene: Scene, step: Step) -> None:
    """Something that somebody is to do by a day."""
    facts = step.facts
    scene.tasks.append(
        add_task(
            scene.case,
            title=facts["title"],
            details=facts.get("details", ""),
            due_on=scene.day(facts["due"]),
            owner=scene.person(facts.get("owner", "owner")),
            actor=scene.actor(step),
        )
    )


def task_done(scene: Scene, step: Step) -> None:
    """It was done."""
    finish_task(scene.tasks[step.facts["number"]], result=step.facts.get("result", ""), actor=scene.actor(step))


def task_called_off(scene: Scene, step: Step) -> None:
    """It is not wanted any more."""
    cancel_task(scene.tasks[step.facts["number"]], reason=step.facts["reason"], actor=scene.actor(step))


def ask(scene: Scene, step: Step) -> None:
    """A partner agency is asked."""
    facts = step.facts
    partner = db.session.scalars(select(PartnerAgency).where(PartnerAgency.code == facts["partner"])).one()
    scene.requests.append(
        ask_partner(
            scene.case,
            partner,
            what=facts["what"],
            due_on=scene.day(facts["due"]),
            asked_on=scene.day(step.day),
            owner=scene.owner,
            actor=scene.actor(step),
        )
    )


def promise(scene: Scene, step: Step) -> None:
    """What the partner answered, perhaps with a day."""
    facts = step.facts
    on = scene.day(facts["on"]) if "on" in facts else None
    actor, request = scene.actor(step), scene.requests[facts["number"]]
    note_promise(request, words=facts["words"], promised_on=on, owner=scene.owner, actor=actor)


def partner_done(scene: Scene, step: Step) -> None:
    """The partner has done it."""
    finish_request(scene.requests[step.facts["number"]], result=step.facts["result"], actor=scene.actor(step))


def order(scene: Scene, step: Step) -> None:
    """Work for a crew by a day, perhaps after an earlier order of the story."""
    facts = step.facts
    firsts = [scene.orders[number] for number in facts.get("after", [])]
    scene.orders.append(
        create_order(
            scene.case, scene.actor(step), waits_for=firsts, title=facts["title"], skill=facts["skill"],
            minutes=facts["minutes"], due_on=scene.day(facts["due"]),
        )
    )  # fmt: skip


def repeat(scene: Scene, step: Step) -> None:
    """Work that comes again every so many days."""
    facts = step.facts
    first_on = scene.day(facts["first"])
    entry = OrderEntry(title=facts["title"], skill=facts["skill"], minutes=facts["minutes"], due_on=first_on)
    repeat_work(scene.case, scene.actor(step), Rhythm(facts["every"], first_on), entry)


def playbook(scene: Scene, step: Step) -> None:
    """The family's playbook is applied, but for the kinds of step that are left out; what is a task can be named."""
    book = playbook_of(scene.case.family_id)
    wanted = [one for one in book.steps if one.kind not in step.facts.get("without", [])] if book else []
    choices = [
        StepChoice(one.id, scene.day(step.day + one.due_days), None if one.kind is StepKind.WORK_ORDER else scene.owner)
        for one in wanted
    ]
    use = apply_playbook(scene.case, choices, scene.actor(step), f"story-{scene.story.code}")
    scene.tasks += [one.task for one in use.steps if one.task is not None]
    scene.requests += [one.request for one in use.steps if one.request is not None]
