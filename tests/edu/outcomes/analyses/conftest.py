import pytest

from edu.outcomes.analyses import service
from edu.outcomes.analyses.definition import Definition
from models.outcomes import Analysis, Finding
from tests.edu.outcomes.analyses.study import Studied, make_study


@pytest.fixture
def study(session) -> Studied:
    """900 pupils, half of whom gained 20 points more by taking part."""
    return make_study(session)


@pytest.fixture
def defined(session, scope):
    """Saves an analysis of a study: `defined(study, seed=…)`."""

    def define(study: Studied, **options) -> Analysis:
        asked = Definition(program=study.program.code, **options)
        return service.define(session, scope, name="Lessons", definition=asked)

    return define


@pytest.fixture
def run(session, scope, defined):
    """Defines and runs an analysis of a study."""

    def answered(study: Studied, **options) -> Finding:
        analysis = defined(study, **options)
        return service.run_analysis(session, scope, analysis_id=analysis.id)

    return answered
