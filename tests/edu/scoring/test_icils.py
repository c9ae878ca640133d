"""A real file, from CSV to published scores, held against a computation of its own."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import func, select

from edu.assessment.importer import import_responses
from edu.intake import IncomingFile
from edu.registry.vault import Vault
from edu.scoring import queries, service
from ml.estimate import Estimate
from models.assessments import OMITTED, Respondent, Sitting
from models.scores import Score

MAPPING = Path(__file__).resolve().parents[3] / "docs" / "examples" / "icils2023_kaz.mapping.json"
ITEMS = json.loads(MAPPING.read_text(encoding="utf-8"))["items"]


@pytest.fixture
def path(shared_data: Path) -> Path:
    file = shared_data / "icils" / "icils2023_kaz_digital_self_efficacy.csv"
    if not file.is_file():
        pytest.skip(f"the real file {file.name} is not on this machine (../shared/data/icils)")
    return file


@pytest.fixture
def bring(session, scope, path):
    def bring():
        return import_responses(
            session,
            scope,
            IncomingFile(path.name, path.read_bytes()),
            mapping=IncomingFile(MAPPING.name, MAPPING.read_bytes()),
            vault=Vault(b"e" * 32, b"i" * 32),
        )

    return bring


@pytest.fixture
def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def answers(rows) -> np.ndarray:
    """Codes from 1 to 4, NaN where the cell is empty."""
    return np.array([[float(row[item] or "nan") for item in ITEMS] for row in rows])


def test_the_whole_sample_comes_in_once(session, bring, rows) -> None:
    assert bring().as_dict() == {"new": 4852, "changed": 0, "unchanged": 0, "conflicts": 0}
    again = bring()
    assert (again.new, again.changed, again.unchanged) == (0, 0, 4852)
    schools = select(func.count(Respondent.school_code.distinct()))
    assert session.scalar(schools) == 176
    labels = Respondent.groups["sex"].astext
    counts = session.execute(select(labels, func.count()).group_by(labels)).all()
    assert dict(map(tuple, counts)) == {"female": 2368, "male": 2477, None: 7}


def test_every_response_is_the_one_in_the_file(session, bring, rows) -> None:
    bring()
    statement = (
        select(Respondent.line, Sitting.responses)
        .join(Sitting, Sitting.respondent_id == Respondent.id)
        .order_by(Respondent.line)
    )
    expected = [
        (line, [int(float(row[item])) if row[item] else OMITTED for item in ITEMS])
        for line, row in enumerate(rows, start=2)
    ]
    assert [tuple(found) for found in session.execute(statement)] == expected


@pytest.fixture
def run(session, scope, bring):
    bring()
    asked = service.start_run(session, scope, asked=service.Asked(sample="icils2023_kaz"))
    service.run_scoring(session, scope, run_id=asked.id)
    return service.publish(session, scope, run_id=asked.id)


def test_scores_are_means_of_what_was_answered(session, run, answers) -> None:
    statement = (
        select(Respondent.line, Score.value)
        .join(Sitting, Sitting.respondent_id == Respondent.id)
        .join(Score, Score.sitting_id == Sitting.id)
        .order_by(Respondent.line)
    )
    found = np.array([value for _, value in session.execute(statement)], dtype=float)
    given = np.sum(~np.isnan(answers), axis=1)
    totals = np.nansum(answers - 1, axis=1) / 3
    expected = np.where(given >= 6.5, 100 * totals / np.maximum(given, 1), np.nan)
    expected[given == 0] = np.nan
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    assert (run.sitting_count, run.scored_count) == (4852, int((given >= 6.5).sum()))


def test_reliability_equals_cronbachs_alpha_of_the_complete_cases(run, answers) -> None:
    complete = answers[~np.isnan(answers).any(axis=1)]
    covariance = np.cov(complete, rowvar=False)
    k = len(ITEMS)
    alpha = k / (k - 1) * (1 - np.trace(covariance) / covariance.sum())
    found = Estimate.from_dict(run.reliability)
    assert found.value == pytest.approx(alpha, rel=1e-12)
    assert found.n == len(complete) == 3830
    spread = np.std(100 * (complete - 1).mean(axis=1) / 3, ddof=1)
    sem = Estimate.from_dict(run.error_of_measurement)
    assert sem.value == pytest.approx(spread * np.sqrt(1 - alpha), rel=1e-12)


def test_item_statistics_equal_a_computation_apart(session, scope, run, answers) -> None:
    """Pandas, item by item: means, item–rest correlations, shares of omissions."""
    import pandas as pd

    frame = pd.DataFrame((answers - 1) / 3, columns=ITEMS)
    anything = frame[frame.notna().any(axis=1)]
    scored = frame[frame.notna().sum(axis=1) >= 6.5]
    report = {row.item.code: row for row in queries.item_report(session, scope, run_id=run.id)}
    assert list(report) == ITEMS
    for item in ITEMS:
        rest = scored.drop(columns=item).mean(axis=1)
        row = report[item]
        assert row.answered == frame[item].count()
        assert row.difficulty == pytest.approx(frame[item].mean(), rel=1e-12)
        assert row.discrimination == pytest.approx(scored[item].corr(rest), rel=1e-9)
        assert row.omitted_share == pytest.approx(anything[item].isna().mean(), rel=1e-12)
        assert row.not_reached_share == 0
        assert row.warnings == []


def test_the_same_file_gives_the_same_scores(session, scope, run) -> None:
    asked = service.start_run(session, scope, asked=service.Asked(sample="icils2023_kaz"))
    again = service.run_scoring(session, scope, run_id=asked.id)
    assert again.data_fingerprint == run.data_fingerprint
    columns = select(Score.sitting_id, Score.value, Score.se).order_by(Score.sitting_id)
    first = session.execute(columns.where(Score.run_id == run.id)).all()
    assert session.execute(columns.where(Score.run_id == again.id)).all() == first
