"""Files of anonymous respondents, known by their line."""

import pytest
from sqlalchemy import func, select

from edu.accounts.scope import scope_of
from models.accounts import AuditEntry, RoleName
from models.assessments import (
    NOT_PRESENTED,
    NOT_REACHED,
    OMITTED,
    Instrument,
    Respondent,
    Sample,
    Sitting,
    Wave,
    WaveStanding,
)
from models.errors import Forbidden
from models.intake import ImportBatch
from tests.factories.accounts import make_user

FILE = "school,sex,q1,q2,extra\n7,1.0,1,4.0,x\n7,2.0,,3,x\n9,,2.0,2,x\n"


def stored(session) -> list[tuple[int, str, dict, list[int]]]:
    statement = (
        select(Respondent.line, Respondent.school_code, Respondent.groups, Sitting.responses)
        .join(Sitting, Sitting.respondent_id == Respondent.id)
        .order_by(Respondent.line)
    )
    return [tuple(row) for row in session.execute(statement)]


def test_each_line_is_a_respondent_with_school_groups_and_responses(sample, session) -> None:
    count = sample.bring(FILE)
    assert count.as_dict() == {"new": 3, "changed": 0, "unchanged": 0, "conflicts": 0}
    assert stored(session) == [
        (2, "7", {"sex": "1"}, [1, 4]),
        (3, "7", {"sex": "2"}, [OMITTED, 3]),
        (4, "9", {}, [2, 2]),
    ]


def test_labels_take_the_place_of_codes(sample, session) -> None:
    labels = {"1": "female", "2": "male"}
    sample.bring(FILE, groups={"sex": {"column": "sex", "labels": labels}})
    assert [row[2] for row in stored(session)] == [{"sex": "female"}, {"sex": "male"}, {}]


def test_an_unknown_instrument_wave_and_sample_are_made_from_the_mapping(sample, session) -> None:
    sample.bring(FILE)
    instrument = session.scalars(select(Instrument)).one()
    assert (instrument.code, instrument.range_low, instrument.range_high) == ("survey", 1, 4)
    assert [item.code for item in instrument.items] == ["q1", "q2"]
    assert session.scalars(select(Wave)).one().code == "2026"
    assert session.scalars(select(Sample)).one().instrument_id == instrument.id


def test_the_same_file_again_changes_nothing(sample, session) -> None:
    sample.bring(FILE)
    before = stored(session)
    count = sample.bring(FILE)
    assert (count.new, count.changed, count.unchanged) == (0, 0, 3)
    assert stored(session) == before
    assert session.scalar(select(func.count()).select_from(Instrument)) == 1


def test_a_corrected_file_changes_the_lines_that_differ(sample, session) -> None:
    sample.bring(FILE)
    count = sample.bring(FILE.replace("7,1.0,1", "8,1.0,1").replace("2.0,2,x", "2.0,3,x"))
    assert (count.new, count.changed, count.unchanged) == (0, 2, 1)
    assert [(row[1], row[3]) for row in stored(session)] == [
        ("8", [1, 4]),
        ("7", [OMITTED, 3]),
        ("9", [2, 3]),
    ]


def test_the_same_respondents_may_sit_another_wave(sample, session) -> None:
    sample.bring(FILE)
    count = sample.bring(FILE, wave="2027")
    assert (count.new, count.unchanged) == (3, 0)
    assert session.scalar(select(func.count()).select_from(Respondent)) == 3


def test_items_follow_the_instrument_whatever_their_order_in_the_mapping(sample, session) -> None:
    sample.bring(FILE)
    assert sample.bring(FILE, items=["q2", "q1"]).unchanged == 3


def test_codes_of_missing_responses_may_be_told_in_the_mapping(sample, session) -> None:
    text = "school,sex,q1,q2\n7,1,8.0,9\n7,1,n/a,\n"
    states = {"8": "not_reached", "9": "omitted", "n/a": "not_presented"}
    sample.bring(text, missing=states)
    assert [row[3] for row in stored(session)] == [
        [NOT_REACHED, OMITTED],
        [NOT_PRESENTED, OMITTED],
    ]


def test_semicolons_a_byte_order_mark_and_decimal_commas_are_read(sample, session) -> None:
    sample.bring("\ufeffSCHOOL;sex;Q1;q2\r\n7;1,0;1,0;4\r\n")
    assert stored(session) == [(2, "7", {"sex": "1"}, [1, 4])]


def test_every_cell_that_is_wrong_is_named_with_its_line(sample, session) -> None:
    text = "school,sex,q1,q2\n7,1,5,0\n,1,1,2.5\n7,1,x,-1\n7,1,1\n7,1,1,2\n"
    assert sample.codes(text) == [
        (2, "q1", "response_out_of_range"),
        (2, "q2", "response_out_of_range"),
        (3, "q2", "response_not_whole"),
        (3, "school", "value_missing"),
        (4, "q1", "response_not_whole"),
        (4, "q2", "response_out_of_range"),
        (5, None, "wrong_cell_count"),
    ]
    assert session.scalars(select(Instrument)).all() == []


def test_a_problem_tells_found_and_expected(sample) -> None:
    (one,) = sample.problems("school,sex,q1,q2\n7,1,5.0,1\n")
    assert one["file"] == "answers.csv"
    assert one["found"] == "5.0"
    assert "1" in one["expected"]
    assert "4" in one["expected"]


def test_a_label_nobody_named_is_refused_on_every_line(sample) -> None:
    groups = {"sex": {"column": "sex", "labels": {"1": "female"}}}
    text = "school,sex,q1,q2\n7,3,1,1\n7,3,1,1\n7,1,1,1\n"
    assert sample.codes(text, groups=groups) == [
        (2, "sex", "unknown_choice"),
        (3, "sex", "unknown_choice"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", (None, None, "file_empty")),
        ("school,sex,q1,q2\n", (None, None, "file_without_rows")),
        ("school,sex,q1\n7,1,1\n", (1, "q2", "column_missing")),
        ("school,sex,q1,q1,q2\n7,1,1,1,1\n", (1, "q1", "column_twice")),
        ("school,sex,q1,q2\n7,1,1,1\n\xff", (None, None, "x")),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(sample, text, expected) -> None:
    if expected[2] == "x":
        assert sample.codes(text.encode("latin-1")) == [(3, None, "wrong_encoding")]
    else:
        assert sample.codes(text) == [expected]


def test_a_mapping_that_disagrees_with_the_instrument_is_refused(sample, session) -> None:
    sample.bring(FILE)
    assert sample.codes(FILE, range=[1, 5], items=["q1", "extra"]) == [
        (None, "items", "items_unknown"),
        (None, "items", "items_missing"),
        (None, "range", "range_differs"),
    ]
    assert sample.codes(FILE, instrument="other") == [
        (None, "instrument", "sample_of_other_instrument")
    ]


def test_a_closed_wave_takes_no_file(sample, session) -> None:
    sample.bring(FILE)
    session.scalars(select(Wave)).one().standing = WaveStanding.CLOSED
    (one,) = sample.problems(FILE.replace("7,1.0,1", "7,1.0,2"))
    assert (one["file"], one["column"], one["code"]) == ("mapping.json", "wave", "wave_closed")
    assert stored(session)[0][3] == [1, 4]


def test_only_the_system_brings_samples(sample, session, session_of) -> None:
    user = make_user(session, role=RoleName.SCHOOL_ADMINISTRATOR)
    session.commit()
    sample.session = session_of(user)
    sample.scope = scope_of(sample.session, user)
    with pytest.raises(Forbidden):
        sample.bring(FILE)


def test_a_file_leaves_its_batch_and_one_audit_entry_naming_all_sittings(sample, session) -> None:
    sample.bring(FILE)
    session.commit()
    batch = session.scalars(select(ImportBatch)).one()
    assert (batch.kind, batch.file_name, batch.new) == ("responses", "answers.csv", 3)
    entry = session.scalars(select(AuditEntry)).one()
    assert sorted(entry.changed["sitting"]) == sorted(session.scalars(select(Sitting.id)))
