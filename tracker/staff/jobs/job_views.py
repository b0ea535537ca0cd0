"""How far a long job is, for pages that wait for it."""

from flask import jsonify
from flask.typing import ResponseReturnValue

from ...extensions import db
from ..blueprint import blueprint
from ..permissions import Permission, requires
from .asking import get_job
from .models import Job


@blueprint.app_template_global()
def find_job(job_id: int | None) -> Job | None:
    """The job of a record, for templates; None when it has none."""
    return db.session.get(Job, job_id) if job_id is not None else None


@blueprint.get("/jobs/<int:job_id>.json")
@requires(Permission.SEE_CASES)
def job_progress(job_id: int) -> ResponseReturnValue:
    """Progress of a job that somebody asked for; it names nobody and nothing of what it is about."""
    job = get_job(job_id)
    return jsonify(
        is_finished=job.finished_at is not None, is_begun=job.started_at is not None, done=job.done, total=job.total,
        words=job.words, problem=job.problem,
    )  # fmt: skip
