"""The verbs of a story that fill the case's file: people, letters, visits."""

from datetime import timedelta

from ...cases.file.letters.models import LetterChannel
from ...cases.file.letters.templates import add_starters, find_template
from ...cases.file.letters.writing import mark_posted, mark_printed, recipient_of, write_letter
from ...cases.file.people.models import ParticipantRole
from ...cases.file.people.participants import ParticipantEntry, add_participant, take_off_participant
from ...cases.file.privacy import Privacy
from ...cases.file.visits.models import Weather
from ...cases.file.visits.visiting import VisitReport, call_off_visit, plan_visit, record_visit
from ...clock import utc_now
from .scene import Scene
from .script import Step

_WRITTEN_DOWN_AFTER = timedelta(minutes=40)


def person(scene: Scene, step: Step) -> None:
    """Somebody has to do with the case."""
    facts = {"privacy": "workers", **step.facts}
    role, privacy = ParticipantRole(facts.pop("role")), Privacy(facts.pop("privacy"))
    entry = ParticipantEntry(role=role, privacy=privacy, **facts)
    scene.people.append(add_participant(scene.case, entry, actor=scene.actor(step)))


def person_left(scene: Scene, step: Step) -> None:
    """Somebody has nothing to do with it any more."""
    take_off_participant(scene.people[step.facts["number"]], reason=step.facts["reason"], actor=scene.actor(step))


def letter(scene: Scene, step: Step) -> None:
    """A letter to one of the people, and how far it has come: «written», «printed» or «posted»."""
    facts, actor = step.facts, scene.actor(step)
    add_starters(actor=scene.staff["admin"])
    due_on = scene.day(facts["due"]) if "due" in facts else None
    key = f"story-{scene.story.code}-{len(scene.letters)}"
    made = write_letter(
        scene.case, find_template(facts["template"]), recipient_of(scene.people[facts["to"]]), actor=actor, key=key,
        channel=LetterChannel.PRINT, due_on=due_on,
    )  # fmt: skip
    if made is None:
        return
    scene.letters.append(made)
    far = facts.get("far", "posted")
    if far in ("printed", "posted"):
        mark_printed(made, actor=actor)
    if far == "posted":
        mark_posted(made, actor=actor)


def visit_planned(scene: Scene, step: Step) -> None:
    """A visit is planned for a day."""
    scene.visits.append(
        plan_visit(
            scene.case,
            on=scene.day(step.facts["on"]),
            today=scene.day(step.day),
            visitor=scene.actor(step),
            purpose=step.facts["purpose"],
            actor=scene.actor(step),
        )
    )


def visit(scene: Scene, step: Step) -> None:
    """Somebody was there: the planned visit with this `number`, or one that nobody had planned."""
    facts = step.facts
    planned = scene.visits[facts["number"]] if "number" in facts else None
    report = VisitReport(
        key=f"story-{scene.story.code}-{step.day}", made_at=utc_now() - _WRITTEN_DOWN_AFTER,
        purpose=facts.get("purpose", ""), seen=facts["seen"], people_met=facts.get("met", ""),
        conditions=facts.get("found", []), weather=Weather(facts.get("weather", "dry")),
        next_step=facts.get("next", ""),
    )  # fmt: skip
    made = record_visit(scene.case, report, actor=scene.actor(step), planned=planned)
    if planned is None:
        scene.visits.append(made)


def visit_called_off(scene: Scene, step: Step) -> None:
    """A planned visit is not made."""
    call_off_visit(scene.visits[step.facts["number"]], reason=step.facts["reason"], actor=scene.actor(step))
