"""`python -m ml.survey`, and the official names by which files are recognized."""

import csv

import pytest

from ml.errors import StatisticsError
from ml.survey import Mean, estimate, recognize
from ml.survey.__main__ import main
from tests.ml.survey.conftest import Invented

NAMES = [
    *(f"PV{i}{domain}" for domain in ("MATH", "READ") for i in range(1, 6)),
    "W_FSTUWT",
    *(f"W_FSTR{i}" for i in range(1, 81)),
]


@pytest.fixture
def pupil_file(tmp_path):
    """A file as PISA publishes it, and what it was made from."""
    made = Invented(n=120, n_pv=5, n_replicates=80)
    path = tmp_path / "pupils.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["CNT", "ST04Q01", "PV1MATH1", *NAMES])
        for i in range(120):
            values = [repr(float(v)) for v in made.values[i]]
            weights = [repr(float(w)) for w in made.design.replicates[i]]
            row = [made.country[i], made.sex[i], 0, *values, *values, repr(float(made.weights[i]))]
            writer.writerow([*row, *weights])
    return path, made


def test_a_summary_by_sex(pupil_file, capsys):
    path, made = pupil_file
    assert main(["summary", str(path), "--by", "ST04Q01", "--statistic", "mean"]) == 0
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    expected = estimate(made.values, made.design, Mean(), by=made.sex)
    assert lines[0][:5] == ["domain", "group", "statistic", "value", "se"]
    assert [line[:3] for line in lines[1:]] == [
        [domain, sex, "mean"] for domain in ("MATH", "READ") for sex in ("boy", "girl")
    ]
    assert [float(line[4]) for line in lines[1:3]] == pytest.approx(
        [each.se for each in expected], rel=1e-9
    )


def test_levels_of_a_cycle_and_shares_of_another_column(pupil_file, capsys):
    path, _ = pupil_file
    levels = ["summary", str(path), "--statistic", "levels", "--domain", "math", "--cycle", "2022"]
    assert main(levels) == 0
    assert capsys.readouterr().out.count("level_") == 9
    assert main(["summary", str(path), "--of", "CNT", "--statistic", "percentages"]) == 0
    assert capsys.readouterr().out.count("share_") == 4


def test_ranks_of_a_table(tmp_path, capsys):
    path = tmp_path / "economies.csv"
    path.write_text("economy,mean,se\nA,500,2\nB,480,2\nC,479,2\n", encoding="utf-8")
    assert main(["ranks", str(path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split("\t")[3] == "1–1"
    assert lines[2].split("\t")[3] == "2–3"


def test_parquet_is_read_too(netherlands, capsys):
    from tests.ml.survey.conftest import SHARED

    path = SHARED / "pisa" / "pisa2003_NLD.parquet"
    assert main(["summary", str(path), "--domain", "MATH"]) == 0
    assert "537.823276\t3.130174015" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--by", "ST99"], "unknown_column"),
        (["--domain", "PROB"], "unknown_column"),
        (["--statistic", "levels"], "unknown_pisa_scale"),
    ],
)
def test_what_is_refused_is_said_with_its_code(pupil_file, capsys, arguments, code):
    assert main(["summary", str(pupil_file[0]), *arguments]) == 2
    assert code in capsys.readouterr().err


def test_files_that_cannot_be_read_are_refused(tmp_path, capsys):
    ragged = tmp_path / "ragged.csv"
    ragged.write_text("a,b\n1,2\n1\n", encoding="utf-8")
    for path, code in ((ragged, "ragged_row"), (tmp_path / "x.xls", "unknown_format")):
        path.touch()
        assert main(["summary", str(path)]) == 2
        assert code in capsys.readouterr().err
    assert main(["summary", str(tmp_path / "absent.csv")]) == 2


def test_columns_of_all_cycles_are_recognized_in_any_case():
    found = recognize([name.lower() for name in NAMES])
    assert found.values["MATH"] == tuple(f"pv{i}math" for i in range(1, 6))
    assert found.replicates[79] == "w_fstr80"
    newer = ["PV10SCIE", *(f"PV{i}SCIE" for i in range(1, 10)), "W_FSTUWT"]
    found = recognize([*newer, *(f"W_FSTURWT{i}" for i in range(1, 81))])
    assert found.values["SCIE"][9] == "PV10SCIE"


def test_scales_within_a_domain_are_not_taken_for_it():
    assert recognize([*NAMES, "PV1MATH1", "PV2MATH1"]).values.keys() == {"MATH", "READ"}


@pytest.mark.parametrize("lost", ["W_FSTUWT", "W_FSTR7", "PV3MATH"])
def test_what_a_file_lacks_is_named(lost):
    with pytest.raises(StatisticsError) as refusal:
        recognize([name for name in NAMES if name != lost])
    assert refusal.value.parameters["names"] == [lost]


def test_a_file_of_something_else_lacks_everything():
    with pytest.raises(StatisticsError) as refusal:
        recognize(["a", "b"])
    assert len(refusal.value.parameters["names"]) == 82
