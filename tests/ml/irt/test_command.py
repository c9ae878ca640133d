"""`python -m ml.irt`."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import ml
from ml.irt import ItemResponseModel, item_fit
from ml.irt.__main__ import main
from tests.ml.irt.conftest import answers, item_labels, made_items, people


@pytest.fixture
def responses(tmp_path):
    X = answers(made_items(6), people(800))
    X[0, 0] = np.nan
    lines = [",".join(["school", *item_labels(6)])]
    for number, row in enumerate(X):
        cells = ["" if np.isnan(x) else str(int(x)) for x in row]
        lines.append(",".join([f"s{number % 2}", *cells]))
    path = tmp_path / "responses.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path, X


def test_a_file_is_fitted_printed_and_written(responses, tmp_path, capsys):
    path, X = responses
    out = tmp_path / "model.json"
    assert main(["fit", str(path), "--model", "2pl", "--group", "school", "--out", str(out)]) == 0
    model = ItemResponseModel.from_json(out.read_text(encoding="utf-8"))
    expected = ItemResponseModel().fit(X, groups=[f"s{n % 2}" for n in range(800)])
    assert (model.discrimination_ == expected.discrimination_).all()
    assert model.item_names_ == item_labels(6)
    printed = capsys.readouterr().out
    assert f"item 0\t{expected.discrimination_[0]:.6f}" in printed
    assert f"log-likelihood\t{expected.loglik_:.6f}" in printed
    assert "group s1" in printed
    fit = item_fit(expected, X, groups=[f"s{n % 2}" for n in range(800)])[3]
    line = next(line for line in printed.splitlines() if line.startswith("item 3\t"))
    assert line.split("\t")[-3:] == [f"{x:.6f}" for x in (fit.infit, fit.outfit, fit.p)]


def test_every_item_may_have_its_own_model(responses, tmp_path, capsys):
    path, _ = responses
    out, kinds = tmp_path / "model.json", "rasch,2pl,2pl,2pl,2pl,2pl"
    command = ["fit", str(path), "--group", "school", "--model", "mixed", "--out", str(out)]
    assert main([*command, "--item-models", kinds]) == 0
    model = ItemResponseModel.from_json(out.read_text(encoding="utf-8"))
    assert model.discrimination_[0] == 1
    assert main(command) == 1
    assert "item_models_missing" in capsys.readouterr().err


def test_the_module_is_a_command_that_needs_no_service(responses, tmp_path):
    path, X = responses
    items_only = tmp_path / "items.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    items_only.write_text("\n".join(line.split(",", 1)[1] for line in lines), encoding="utf-8")
    command = ["fit", "items.csv", "--model", "2pl", "--out", "model.json"]
    done = subprocess.run(
        [sys.executable, "-m", "ml.irt", *command], cwd=tmp_path, capture_output=True, text=True,
        check=True, env=os.environ | {"PYTHONPATH": str(Path(ml.__file__).parents[1])},
    )  # fmt: skip
    model = ItemResponseModel.from_json((tmp_path / "model.json").read_text(encoding="utf-8"))
    assert (model.discrimination_ == ItemResponseModel().fit(X).discrimination_).all()
    assert f"log-likelihood\t{model.loglik_:.6f}" in done.stdout
    assert f"empirical reliability\t{model.empirical_reliability(X):.6f}" in done.stdout
    assert done.stderr == ""


FITTED = "q1,q2,q3\n" + "1,0,1\n0,1,1\n1,1,0\n0,0,0\n1,1,1\n0,0,1\n" * 20


def written(tmp_path, text):
    path = tmp_path / "file.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        ("", [], "no_data persons=0 least=2"),
        ("q1,q2\n1,0\n", [], "no_data persons=1 least=2"),
        ("q1\n1\n0\n", [], "too_few_items found=1 least=2"),
        ("g,q1\na,1\nb,0\n", ["--group", "g"], "too_few_items found=1 least=2"),
        ("1,0,1\n0,1,1\n1,1,0\n", [], "header_missing line=1 found=1"),
        ("q1,q2,q1\n1,0,1\n0,1,0\n", [], "column_twice column=q1"),
        ("q1,q2\n1,0\n0,1\n", ["--group", "class"], "unknown_column found=class"),
        ("q1,q2\n1,0\n0\n", [], "ragged_row line=3 found=1 expected=2"),
        ("q1,q2\n1,0\n0,1,1\n", [], "ragged_row line=3 found=3 expected=2"),
        ("g,q1,q2\na,1,0\n ,0,1\n", ["--group", "g"], "value_missing line=3 column=g"),
        ("q1,q2\n1,0\n\n0,b\n", [], "not_a_response line=4 column=q2 found=b"),
        ('"q\n1",q2\n1,0\n0,5 %\n', [], 'not_a_response line=4 column=q2 found="5 %"'),
        ("q1,q2\n1,0\n-1,1\n", [], "not_a_response line=3 column=q1 found=-1"),
        ("q1,q2\n1,0\n0,0.5\n", [], "not_a_response line=3 column=q2 found=0.5"),
        ("q1,q2\n1,0\n0,inf\n", [], "not_a_response line=3 column=q2 found=inf"),
        ("q1,q2\n1,0\n0,200\n", [], "not_a_response line=3 column=q2 found=200"),
        ("q1,q2,q7\n1,0,1\n0,1,1\n1,1,1\n", [], "constant_item item=q7"),
        ("q1,q2,q 7\n1,0,1\n0,1,1\n1,1,1\n", [], 'constant_item item="q 7"'),
        (FITTED, ["--quadrature", "-3"], "invalid_quadrature found=-3 least=5"),
        (FITTED, ["--tol", "0"], "invalid_tolerance found=0"),
        (FITTED, ["--tol=-1e-6"], "invalid_tolerance found=-1e-06"),
        (FITTED, ["--tol", "nan"], "invalid_tolerance found=nan"),
        (FITTED, ["--max-iter", "0"], "invalid_max_iter found=0"),
        (FITTED, ["--model", "mixed"], "item_models_missing"),
        (FITTED, ["--model", "mixed", "--item-models", "2pl,2pl,4pl"], "unknown_model found=4pl"),
    ],
)
def test_a_refusal_is_one_line_of_a_code_and_its_parameters(text, options, said, tmp_path, capsys):
    assert main(["fit", written(tmp_path, text), *options]) == 1
    printed = capsys.readouterr()
    assert printed.err == f"refused: {said}\n"
    assert printed.out == ""


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "cp1251"])
def test_a_file_in_another_encoding_is_refused(encoding, tmp_path, capsys):
    path = tmp_path / "file.csv"
    path.write_bytes(FITTED.replace("q1", "в1").encode(encoding))
    assert main(["fit", str(path)]) == 1
    assert capsys.readouterr().err.startswith("refused: wrong_encoding expected=UTF-8 byte=")


def test_a_cell_that_never_closes_is_refused_with_its_line(tmp_path, capsys):
    text = 'q1,q2\n1,0\n"0,1\n' + "1,0\n" * 50_000
    assert main(["fit", written(tmp_path, text)]) == 1
    assert capsys.readouterr().err == "refused: ragged_row line=3\n"


def test_a_file_that_is_not_there_is_refused(tmp_path, capsys):
    assert main(["fit", str(tmp_path / "absent.csv")]) == 1
    said = f'refused: file_error file={tmp_path}/absent.csv reason="No such file or directory"\n'
    assert capsys.readouterr().err == said


@pytest.mark.parametrize("place", ["absent/model.json", "."])
def test_where_the_model_cannot_be_written_nothing_is_fitted(place, tmp_path, capsys):
    assert main(["fit", written(tmp_path, FITTED), "--out", str(tmp_path / place)]) == 1
    printed = capsys.readouterr()
    assert printed.err.startswith(f"refused: file_error file={tmp_path}")
    assert printed.out == ""


def test_a_refusal_leaves_no_empty_model_behind(tmp_path):
    out = tmp_path / "model.json"
    assert main(["fit", written(tmp_path, "q1\n1\n0\n"), "--out", str(out)]) == 1
    assert not out.exists()
    out.write_text("earlier", encoding="utf-8")
    assert main(["fit", written(tmp_path, "q1\n1\n0\n"), "--out", str(out)]) == 1
    assert out.read_text(encoding="utf-8") == "earlier"


@pytest.mark.parametrize("mark", [";", "\t"])
def test_semicolons_and_tabs_separate_as_commas_do(mark, tmp_path, capsys):
    assert main(["fit", written(tmp_path, FITTED), "--model", "rasch"]) == 0
    with_commas = capsys.readouterr().out
    assert main(["fit", written(tmp_path, FITTED.replace(",", mark)), "--model", "rasch"]) == 0
    assert capsys.readouterr().out == with_commas


def test_people_without_a_response_are_counted(tmp_path, capsys):
    path = written(tmp_path, FITTED + ",,\nNA,nan,\n")
    assert main(["fit", path, "--model", "rasch"]) == 0
    assert "persons\t120\twithout a response\t2\n" in capsys.readouterr().out


def test_guessing_is_printed_with_its_standard_error(tmp_path, capsys):
    out, X = tmp_path / "model.json", answers(made_items(6, model="3pl"), people(3000))
    rows = [item_labels(6), *X.astype(int).astype(str).tolist()]
    path = written(tmp_path, "\n".join(map(",".join, rows)))
    assert main(["fit", path, "--model", "3pl", "--out", str(out)]) == 0
    head, first, *_ = (line.split("\t") for line in capsys.readouterr().out.splitlines())
    model = ItemResponseModel.from_json(out.read_text(encoding="utf-8"))
    at = head.index("guessing")
    assert head[at + 1] == "se"
    assert first[at] == f"{model.guessing_[0]:.6f}"
    assert first[at + 1] == f"{model.standard_errors_['guessing'][0]:.6f}"
