"""Jobs as JSON."""

from edu.accounts.sign_in import scope, session
from edu.jobs import JobState
from edu.web.api import PREFIX, Blueprint
from edu.web.permission import Permission, needs
from edu.worker import queries, service
from edu.worker.schemas import JobSchema

blueprint = Blueprint(
    "jobs", __name__, url_prefix=PREFIX + "/jobs", description="What runs in the background"
)


@blueprint.get("/<int:job_id>")
@blueprint.response(200, JobSchema)
@needs(Permission.SIGNED_IN)
def show_job(job_id: int) -> JobState:
    """How far a job is that you asked for"""
    return queries.job(session(), scope(), job_id=job_id)


@blueprint.post("/<int:job_id>/cancel")
@blueprint.response(200, JobSchema)
@needs(Permission.SIGNED_IN)
def cancel_job(job_id: int) -> JobState:
    """Cancel a job that you asked for: nothing of it is kept"""
    return service.cancel(session(), scope(), job_id=job_id)
