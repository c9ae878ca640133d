"""Numbers as pages write them: a true minus sign, and none for what rounds to zero."""

import pytest
from flask_babel import force_locale

from edu.web.frame import format_number, format_share
from edu.web.numbers import true_minus


@pytest.mark.parametrize(
    ("written", "shown"),
    [("-5", "−5"), ("-0", "0"), ("-0,0", "0,0"), ("-0 %", "0 %"), ("-0.01", "−0.01"), ("7", "7")],
)
def test_only_what_is_not_zero_has_a_sign(written, shown) -> None:
    assert true_minus(written) == shown


@pytest.mark.parametrize("locale", ["en", "ru", "kk"])
def test_numbers_and_shares_that_round_to_zero_have_no_sign(app, locale) -> None:
    with app.test_request_context(), force_locale(locale):
        assert format_number(-0.4) == format_number(0) == format_number(-0.0)
        assert format_number(-0.04, 1) == format_number(0, 1)
        assert format_share(-0.004) == format_share(0)
        assert format_share(-0.05).startswith("−5")
        assert format_number(-1.5, 1).startswith("−1")
