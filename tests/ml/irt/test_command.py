"""`python -m ml.irt`."""

import numpy as np
import pytest

from ml.irt import ItemResponseModel
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


def test_what_is_refused_is_said_with_its_code(responses, tmp_path, capsys):
    path, _ = responses
    assert main(["fit", str(path)]) == 2
    assert "not_a_response" in capsys.readouterr().err
    assert main(["fit", str(path), "--group", "class"]) == 2
    assert "unknown_column" in capsys.readouterr().err
    assert main(["fit", str(tmp_path / "absent.csv")]) == 2
    assert "absent.csv" in capsys.readouterr().err
