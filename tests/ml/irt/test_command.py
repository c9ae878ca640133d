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
    assert main(command) == 2
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


def test_what_is_refused_is_said_with_its_code(responses, tmp_path, capsys):
    path, _ = responses
    assert main(["fit", str(path)]) == 2
    assert "not_a_response" in capsys.readouterr().err
    assert main(["fit", str(path), "--group", "class"]) == 2
    assert "unknown_column" in capsys.readouterr().err
    assert main(["fit", str(tmp_path / "absent.csv")]) == 2
    assert "absent.csv" in capsys.readouterr().err
