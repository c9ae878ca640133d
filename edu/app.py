"""The application: settings, extensions, then the features in the order of the flow."""

from flask import Flask
from flask_babel import lazy_gettext
from flask_bootstrap import Bootstrap5
from flask_compress import Compress
from flask_smorest import Api
from sqlalchemy import text

from edu.accounts import sign_in
from edu.assessment.api import blueprint as assessment_api
from edu.charts import pages as charts
from edu.config import Settings
from edu.dashboard.pages import pages as dashboard
from edu.enrollment.api import blueprint as enrollments
from edu.enrollment.api import steps as enrollment_steps
from edu.enrollment.pages import pages as enrollment
from edu.export.api import blueprint as exports
from edu.export.pages import pages as export
from edu.outcomes.analyses.api import blueprint as analyses_api
from edu.outcomes.analyses.pages import pages as analyses
from edu.outcomes.api import blueprint as findings
from edu.outcomes.pages import pages as outcomes
from edu.outcomes.pisa.api import blueprint as pisa_api
from edu.outcomes.pisa.pages import pages as pisa
from edu.outcomes.risk.api import blueprint as risk_api
from edu.outcomes.risk.pages import pages as risk
from edu.programs.api import blueprint as programs_api
from edu.programs.pages import pages as programs
from edu.registry.api import blueprint as registry_api
from edu.registry.pages import pages as registry
from edu.scoring.api import blueprint as scoring_api
from edu.scoring.api import scale_blueprint as scales_api
from edu.scoring.pages import pages as scoring
from edu.web import frame, headers, language, log, problem, transaction
from edu.web.api import create_api
from edu.web.frame import Section
from edu.web.permission import Permission, declare, needs
from edu.worker.api import blueprint as jobs
from edu.worker.pages import pages as job_pages
from models import db

SECTIONS = (
    Section("dashboard.home", lazy_gettext("Home"), Permission.SIGNED_IN),
    Section("registry.people", lazy_gettext("People"), Permission.READ_RECORDS),
    Section("programs.overview", lazy_gettext("Programs"), Permission.READ_FIGURES),
    Section("enrollment.enrollments", lazy_gettext("Enrollment"), Permission.READ_RECORDS),
    Section("scoring.overview", lazy_gettext("Scoring"), Permission.READ_FIGURES),
    Section("outcomes.overview", lazy_gettext("Outcomes"), Permission.READ_FIGURES),
    Section("export.exports", lazy_gettext("Exports"), Permission.READ_EXPORTS),
)


def create_app(settings: Settings, database_url: str) -> Flask:
    """The service on the database at `database_url` (the application's own role)."""
    app = Flask(__name__, static_folder="web/static", template_folder="web/templates")
    configure(app, settings, database_url)
    log.install()
    db.init_app(app)
    Bootstrap5(app)
    Compress(app)
    problem.install(app)
    transaction.install(app)
    headers.install(app)
    language.install(app)
    frame.install(app)
    api = create_api(app)
    sign_in.install(app)
    charts.install(app)
    register_features(app, api)
    app.add_url_rule("/healthz", "health", health)
    for endpoint in ("static", "bootstrap.static"):
        declare(app, endpoint, Permission.PUBLIC)
    return app


def register_features(app: Flask, api: Api) -> None:
    """The features, in the order of the flow; each page room gets its tab."""
    api.register_blueprint(registry_api)
    app.register_blueprint(registry)
    api.register_blueprint(programs_api)
    app.register_blueprint(programs)
    api.register_blueprint(enrollments)
    api.register_blueprint(enrollment_steps)
    app.register_blueprint(enrollment)
    api.register_blueprint(assessment_api)
    api.register_blueprint(scoring_api)
    api.register_blueprint(scales_api)
    app.register_blueprint(scoring)
    api.register_blueprint(findings)
    app.register_blueprint(outcomes)
    api.register_blueprint(analyses_api)
    app.register_blueprint(analyses)
    api.register_blueprint(risk_api)
    app.register_blueprint(risk)
    api.register_blueprint(pisa_api)
    app.register_blueprint(pisa)
    app.register_blueprint(dashboard)
    api.register_blueprint(exports)
    app.register_blueprint(export)
    api.register_blueprint(jobs)
    app.register_blueprint(job_pages)
    for section in SECTIONS:
        frame.add_section(app, section)


def configure(app: Flask, settings: Settings, database_url: str) -> None:
    """What the installation decides."""
    app.extensions["edu-settings"] = settings
    app.config.update(
        SECRET_KEY=settings.keys.secret_key,
        SECURITY_PASSWORD_SALT=settings.keys.password_salt,
        SQLALCHEMY_DATABASE_URI=database_url,
        SQLALCHEMY_ENGINE_OPTIONS={
            "pool_size": 16,
            "max_overflow": 4,
            "pool_pre_ping": True,
            "hide_parameters": True,  # they may be personal data
        },
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=3 * 3600,
        MAX_CONTENT_LENGTH=256 * 1024 * 1024,
        BOOTSTRAP_SERVE_LOCAL=True,
        SEND_FILE_MAX_AGE_DEFAULT=24 * 3600,
        COMPRESS_MIMETYPES=[
            "text/html", "text/css", "text/javascript", "application/json", "image/svg+xml",
        ],
    )  # fmt: skip


@needs(Permission.PUBLIC)
def health() -> dict[str, str]:
    """Answers once the service can serve, database included."""
    db.session.execute(text("SELECT 1"))
    return {"status": "ok"}
