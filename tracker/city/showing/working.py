"""The verbs of a story that move a case along: taken on, scanned, analyzed, waited with, closed, come back."""

from sqlalchemy import delete, update

from ...calls.as_of import as_of
from ...calls.models import ServiceRequest
from ...cases.assessing.keeping import keep_assessment
from ...cases.assessing.models import CarriedOut
from ...cases.assessing.noting import write_note
from ...cases.assigning import accept_case, current_assignment
from ...cases.closing import close_case, confirm_watched
from ...cases.deadlines.kinds import PauseReason
from ...cases.deadlines.pausing import pause_case, resume_case
from ...cases.decisions import add_note
from ...cases.intake import take_calls
from ...cases.models import CaseCall, ClosingOutcome, SaraPhase
from ...cases.recounting import recount_cases
from ...cases.related.models import RelationKind
from ...cases.related.problems import add_member, open_problem
from ...cases.related.relating import relate_cases
from ...cases.sara.analyzing import PARTS, analysis_of, write_analysis
from ...cases.sara.cheers import Element
from ...cases.sara.phases import change_phase
from ...cases.sara.scanning import save_scan, scan_of
from ...cases.workload.following import follow_case, mention_people
from ...cases.workload.snoozing import snooze_case
from ...clock import utc_now
from ...extensions import db
from ...places.city import the_city
from .casting import calls_after
from .scene import Scene
from .script import Step

_SAID = {"yes": True, "no": False, "open": None}


def accept(scene: Scene, step: Step) -> None:
    """The owner takes the case on. The import gave it to her at the first start; here she had it from its first day."""
    current_assignment(scene.case).assigned_at = scene.case.opened_at
    accept_case(scene.case, scene.owner)


def scan(scene: Scene, step: Step) -> None:
    """Answers to some of the six questions: `harm = ["yes", "words"]`; those not named stay as they stand."""
    standing = scan_of(scene.case)
    answers = {element: standing.said(element) for element in Element}
    for element in Element:
        if element.value in step.facts:
            said, words = step.facts[element.value]
            answers[element] = (_SAID[said], words)
    because = step.facts.get("although", standing.goes_on_because)
    save_scan(scene.case, answers, actor=scene.actor(step), seen=standing.version, goes_on_because=because)


def analyze(scene: Scene, step: Step) -> None:
    """A new version of the analysis; parts that are not named stay as they stand."""
    standing = analysis_of(scene.case)
    texts = {part: step.facts.get(part, getattr(standing, part) if standing else "") for part in PARTS}
    write_analysis(scene.case, texts, actor=scene.actor(step), seen=standing.version if standing else 0)


def go_on(scene: Scene, step: Step) -> None:
    """On to another phase, or back with a reason."""
    phase, reason = SaraPhase(step.facts["to"]), step.facts.get("reason", "")
    change_phase(scene.case, phase, actor=scene.actor(step), reason=reason)


def note(scene: Scene, step: Step) -> None:
    """Something written down, perhaps with «@somebody»."""
    text, actor = step.facts["text"], scene.actor(step)
    add_note(scene.case, text=text, actor=actor)
    mention_people(scene.case, text, actor)


def follow(scene: Scene, step: Step) -> None:
    """Somebody follows the case."""
    follow_case(scene.case, scene.actor(step))


def snooze(scene: Scene, step: Step) -> None:
    """Out of sight until a day."""
    until = scene.day(step.facts["until"])
    snooze_case(scene.case, until=until, reason=step.facts["reason"], actor=scene.actor(step))


def pause(scene: Scene, step: Step) -> None:
    """The clock of the case stands still."""
    reason, expected_on = PauseReason(step.facts["reason"]), scene.day(step.facts["until"])
    pause_case(scene.case, reason=reason, words=step.facts["words"], actor=scene.actor(step), expected_on=expected_on)


def resume(scene: Scene, step: Step) -> None:
    """It goes on."""
    resume_case(scene.case, words=step.facts["words"], actor=scene.actor(step))


def relate(scene: Scene, step: Step) -> None:
    """The case belongs together with that of another story."""
    kind, other = RelationKind(step.facts["kind"]), scene.other(step.facts["to"])
    relate_cases(scene.case, other, kind=kind, reason=step.facts["reason"], actor=scene.actor(step))


def join_problem(scene: Scene, step: Step) -> None:
    """A problem above several cases: this one's, and those of the stories that are named."""
    facts, actor = step.facts, scene.actor(step)
    problem = open_problem(
        name=facts["name"],
        description=facts["description"],
        lead=scene.owner,
        actor=actor,
        key=f"story-{scene.story.code}",
    )
    for code in (scene.story.code, *facts["with"]):
        if code in scene.stage:
            add_member(problem, scene.other(code), reason=facts["reason"], actor=actor)


def close(scene: Scene, step: Step) -> None:
    """Closed with its outcome and watched."""
    kind, days = ClosingOutcome(step.facts["kind"]), step.facts.get("watched", 90)
    close_case(
        scene.case, outcome=step.facts["outcome"], actor=scene.actor(step), kind=kind, monitoring_days=days
    )  # fmt: skip


def confirm(scene: Scene, step: Step) -> None:
    """The night on which its watch is found to have ended."""
    for _ in confirm_watched(as_of(the_city())):
        pass
    db.session.refresh(scene.case)


def come_back(scene: Scene, step: Step) -> None:
    """The calls that came while it was watched. The import took them when the case was not closed yet; here they come
    when it is, as they would have: the first opens it again."""
    case = scene.case
    later = [call.id for call in calls_after(case, case.closed_at or utc_now())]
    db.session.execute(delete(CaseCall).where(CaseCall.case_id == case.id, CaseCall.call_id.in_(later)))
    db.session.execute(update(ServiceRequest).where(ServiceRequest.id.in_(later)).values(is_taken=False))
    recount_cases([case.id])
    take_calls()
    db.session.refresh(case)


def assess(scene: Scene, step: Step) -> None:
    """The assessment as it stands on that day is kept."""
    keep_assessment(scene.case, scene.actor(step))


def write_down(scene: Scene, step: Step) -> None:
    """How the response went, for the assessment."""
    facts = step.facts
    write_note(
        scene.case, carried_out=CarriedOut(facts["carried_out"]), plan=facts.get("plan", ""),
        what_was_done=facts.get("done", ""), impressions=facts.get("impressions", ""), actor=scene.actor(step),
    )  # fmt: skip
