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
    names = [line.split("\t")[2] for line in capsys.readouterr().out.splitlines()[1:]]
    assert names[:4] == ["below_level_1c", "level_1c", "level_1b", "level_1a"]
    assert names[4:] == ["level_2", "level_3", "level_4", "level_5", "level_6"]
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


def lines_of(path):
    return [line.split(",") for line in path.read_text(encoding="utf-8").splitlines()]


def written(path, lines, encoding="utf-8"):
    path.write_text("\n".join(map(",".join, lines)) + "\n", encoding=encoding)
    return str(path)


def refusal_of(arguments, capsys):
    assert main(arguments) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    return printed.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--by", "ST99"], "unknown_column found=ST99"),
        (["--domain", "PROB"], "unknown_column found=PV1PROB"),
        (["--of", "ST99"], "unknown_column found=ST99"),
        (["--of", "ST04Q01"], "not_a_number line=2 column=ST04Q01 found="),
        (
            ["--statistic", "levels", "--of", "CNT", "--cycle", "2022"],
            "unknown_pisa_scale scale=CNT cycle=2022",
        ),
        (
            ["--statistic", "levels", "--cycle", "1990"],
            "unknown_pisa_scale scale=mathematics cycle=1990",
        ),
    ],
)
def test_a_refusal_is_one_line_of_a_code_and_its_parameters(pupil_file, capsys, arguments, said):
    refused = refusal_of(["summary", str(pupil_file[0]), *arguments], capsys)
    assert refused.startswith(f"refused: {said}")
    assert refused.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [[], ["summary"], ["total", "a.csv"], ["summary", "a.csv", "--statistic", "modus"],
     ["summary", "a.csv", "--statistic", "levels"], ["ranks", "a.csv", "--level", "high"]],
)  # fmt: skip
def test_a_call_that_cannot_be_read_ends_with_2(arguments, capsys):
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    assert "usage:" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no_data file=file.csv"),
        ("a,b\n", "no_data file=file.csv"),
        ("a,b\n1,2\n1\n", "ragged_row line=3 found=1 expected=2"),
        ("1,2\n1,2\n", "header_missing line=1 found=1"),
        ("a,b,a\n1,2,3\n", "column_twice column=a"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_with_its_place(tmp_path, capsys, text, said):
    path = tmp_path / "file.csv"
    path.write_text(text, encoding="utf-8")
    assert refusal_of(["summary", str(path)], capsys) == f"refused: {said}\n"
    assert refusal_of(["ranks", str(path)], capsys) == f"refused: {said}\n"


def test_files_that_cannot_be_read_are_refused(tmp_path, capsys):
    (tmp_path / "x.xls").touch()
    assert "unknown_format found=.xls" in refusal_of(["summary", str(tmp_path / "x.xls")], capsys)
    for name in ("absent.csv", "absent.parquet"):
        refused = refusal_of(["summary", str(tmp_path / name)], capsys)
        expected = f'file_error file={tmp_path}/{name} reason="No such file or directory"'
        assert refused == f"refused: {expected}\n"
    (tmp_path / "folder.csv").mkdir()
    assert "file_error" in refusal_of(["summary", str(tmp_path / "folder.csv")], capsys)
    (tmp_path / "broken.parquet").write_text("no parquet", encoding="utf-8")
    refused = refusal_of(["summary", str(tmp_path / "broken.parquet")], capsys)
    assert refused.startswith('refused: file_broken file=broken.parquet reason="')


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "cp1251"])
def test_a_file_in_another_encoding_is_refused(encoding, tmp_path, capsys):
    path = written(tmp_path / "f.csv", [["економика", "mean", "se"], ["Қ", "1", "2"]][:1], encoding)
    refused = refusal_of(["ranks", path], capsys)
    assert refused.startswith("refused: wrong_encoding expected=UTF-8 byte=")


def test_columns_that_are_lacking_are_all_named(pupil_file, tmp_path, capsys):
    header, *rows = lines_of(pupil_file[0])
    lost = [header.index(name) for name in ("PV3MATH", "W_FSTUWT", "W_FSTR7", "W_FSTR80")]
    kept = [[cell for at, cell in enumerate(row) if at not in lost] for row in [header, *rows]]
    refused = refusal_of(["summary", written(tmp_path / "kept.csv", kept)], capsys)
    names = "names=W_FSTUWT,W_FSTR7,W_FSTR80,PV3MATH"
    assert refused == f"refused: missing_columns {names}\n"


def test_gaps_in_weights_and_plausible_values_are_refused_with_all_their_columns(
    pupil_file, tmp_path, capsys
):
    header, *rows = lines_of(pupil_file[0])
    rows[4][header.index("W_FSTR7")] = ""
    rows[2][header.index("W_FSTUWT")] = "."
    path = written(tmp_path / "weights.csv", [header, *rows])
    said = "refused: values_missing names=W_FSTUWT,W_FSTR7 line=4\n"
    assert refusal_of(["summary", path], capsys) == said
    header, *rows = lines_of(pupil_file[0])
    rows[1][header.index("PV2READ")] = ".M"
    path = written(tmp_path / "values.csv", [header, *rows])
    said = "refused: values_missing names=PV2READ line=3\n"
    assert refusal_of(["summary", path], capsys) == said
    assert main(["summary", path, "--domain", "MATH"]) == 0


def test_gaps_of_another_column_leave_and_are_counted(pupil_file, tmp_path, capsys):
    header, *rows = lines_of(pupil_file[0])
    rows[1][header.index("CNT")] = ".M"
    path = written(tmp_path / "gap.csv", [header, *rows])
    assert main(["summary", path, "--of", "CNT"]) == 0
    assert capsys.readouterr().out.splitlines()[1].split("\t")[-2:] == ["119", "1"]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([["economy", "mean"], ["A", "1"]], "unknown_column found=se"),
        ([["economy", "mean", "se"], ["A", "1", "1"]], "too_few_to_rank"),
        (
            [["economy", "mean", "se"], ["A", "1", "x"], ["B", "2", "1"]],
            "not_a_number line=2 column=se found=x",
        ),
        (
            [["economy", "mean", "se"], ["A", "1", "1"], ["B", "", "1"]],
            "values_missing names=mean line=3",
        ),
    ],
)
def test_a_table_that_cannot_be_ranked_is_refused(lines, said, tmp_path, capsys):
    path = written(tmp_path / "economies.csv", lines)
    assert refusal_of(["ranks", path], capsys).startswith(f"refused: {said}")


def test_a_level_that_is_none_is_refused(tmp_path, capsys):
    lines = [["economy", "mean", "se"], ["A", "1", "1"], ["B", "2", "1"]]
    path = written(tmp_path / "economies.csv", lines)
    said = "refused: invalid_level found=2\n"
    assert refusal_of(["ranks", path, "--level", "2"], capsys) == said


def test_semicolons_and_codes_stored_as_numbers_are_read(tmp_path, capsys):
    path = tmp_path / "economies.csv"
    path.write_text("economy;mean;se\n10;500,5;2\n9;480;2\n", encoding="utf-8")
    assert main(["ranks", str(path)]) == 0
    assert capsys.readouterr().out.splitlines()[1].split("\t")[:2] == ["10", "500.5"]


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
