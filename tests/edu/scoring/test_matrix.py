"""Rows become arrays."""

import numpy as np
import pytest

from edu.scoring.matrix import read_matrix
from models.assessments import NOT_PRESENTED, NOT_REACHED, OMITTED
from models.errors import Refusal
from tests.edu.scoring.conftest import answers


def read(session, sat, sample_id=None, waves=None):
    return read_matrix(
        session,
        wave_ids=[wave.id for wave in waves or sat.waves],
        sample_id=sample_id,
        items=len(sat.instrument.items),
    )


def test_the_matrix_holds_the_codes_in_item_order(session, sit) -> None:
    codes = np.array([[1, 0, OMITTED], [NOT_REACHED, NOT_PRESENTED, 1]], dtype=np.int16)
    sat = sit(codes, schools=1)
    matrix = read(session, sat)
    assert matrix.codes.tolist() == codes.tolist()
    assert matrix.sitting_ids.tolist() == sorted(matrix.sitting_ids.tolist())
    assert matrix.schools.tolist() == [0, 0]


def test_waves_stand_below_one_another(session, sit) -> None:
    sat = sit(answers(4, 3), answers(4, 3, seed=2))
    assert len(read(session, sat).codes) == 8
    assert len(read(session, sat, waves=sat.waves[:1]).codes) == 4


def test_a_sample_and_the_registry_are_kept_apart(session, sit_anonymously) -> None:
    sat = sit_anonymously(answers(10, 3), schools=2)
    from models.assessments import Sample

    sample = session.query(Sample).one()
    matrix = read(session, sat, sample_id=sample.id)
    assert (len(matrix.codes), len(set(matrix.schools.tolist()))) == (10, 2)
    with pytest.raises(Refusal, match="no_responses"):
        read(session, sat)


def test_equal_data_have_equal_fingerprints_and_other_data_others(session, sit) -> None:
    sat = sit(answers(5, 3))
    first = read(session, sat).fingerprint
    assert read(session, sat).fingerprint == first
    from models.assessments import Sitting

    sitting = session.query(Sitting).first()
    sitting.responses = [1 - sitting.responses[0], *sitting.responses[1:]]
    session.flush()
    assert read(session, sat).fingerprint != first


def test_the_fingerprint_follows_ids_and_responses_only(session, sit) -> None:
    import hashlib

    sat = sit(answers(5, 3))
    matrix = read(session, sat)
    expected = hashlib.sha256(b"5 sittings of 3 items\n")
    expected.update(b"".join(int(i).to_bytes(8, "little") for i in matrix.sitting_ids))
    for row in matrix.codes.tolist():
        expected.update(b"".join(code.to_bytes(2, "little", signed=True) for code in row))
    assert matrix.fingerprint == expected.hexdigest()


@pytest.mark.parametrize("responses", [[1, 0], [1, 0, 1, 1], []])
def test_a_sitting_that_does_not_fit_the_items_is_refused(session, sit, responses) -> None:
    from models.assessments import Sitting

    sat = sit(answers(5, 3))
    session.query(Sitting).first().responses = responses
    session.flush()
    with pytest.raises(Refusal) as refused:
        read(session, sat)
    assert refused.value.code == "wrong_response_count"
    assert refused.value.parameters == {"found": len(responses), "expected": 3}


def test_a_session_reads_no_further_than_its_scope(session, session_of, sit) -> None:
    from models.accounts import RoleName
    from models.places import School
    from tests.factories.accounts import make_user

    sat = sit(answers(12, 3), schools=3)
    school = session.query(School).first()
    user = make_user(session, role=RoleName.SCHOOL_ADMINISTRATOR, schools=[school])
    session.commit()
    assert len(read(session_of(user), sat).codes) == 4
