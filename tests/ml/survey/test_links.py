"""Link errors between cycles: published, chained over other cycles, or assumed."""

import numpy as np
import pytest

from ml.errors import StatisticsError
from ml.survey import LinkErrors
from ml.survey.links import link_covariance

PUBLISHED = LinkErrors({(2009, 2018): 9.0, (2018, 2022): 1.5}, assumed=5.0)


def test_what_is_not_published_is_chained_over_what_is():
    assert PUBLISHED.between(2009, 2022) == pytest.approx(np.hypot(9.0, 1.5))
    assert PUBLISHED.between(2022, 2009) == PUBLISHED.between(2009, 2022)


def test_of_several_chains_the_surest_counts():
    links = LinkErrors({(2009, 2012): 1, (2012, 2022): 1, (2009, 2018): 4, (2018, 2022): 4})
    assert links.between(2009, 2022) == pytest.approx(np.sqrt(2))


def test_only_what_no_chain_leads_to_is_assumed():
    assert PUBLISHED.chained(2003, 2022) is None
    assert PUBLISHED.between(2003, 2022) == 5.0


def test_a_chain_contradicts_nothing():
    """An assumed 5 points between 2009 and 2022 would."""
    covariance = link_covariance(PUBLISHED, [2009, 2018, 2022])
    assert np.linalg.eigvalsh(covariance)[0] >= -1e-9
    assert covariance[0, 1] == pytest.approx(1.5**2)


@pytest.mark.parametrize(
    ("errors", "code"),
    [
        ({(2018, 2018): 3.0}, "link_error_of_itself"),
        ({(2018, 2022): 3.0, (2022, 2018): 2.0}, "link_error_twice"),
        ({(2018, 2022): -1.0}, "invalid_link_error"),
    ],
)
def test_what_cannot_be_a_link_error_is_refused(errors, code):
    with pytest.raises(StatisticsError, match=code):
        LinkErrors(errors)
