from __future__ import annotations

import pytest

from hcclab.post_test import accuracies, accuracy, people, post_test
from hcclab.sources import CONFIDENCE


def test_a_rare_disease_makes_most_positive_tests_false():
    after = post_test(2, 63, 84)
    assert after.if_positive == pytest.approx(100 * 12.6 / (12.6 + 156.8))
    assert after.if_negative == pytest.approx(100 * 7.4 / (7.4 + 823.2))


def test_a_test_no_better_than_a_coin_changes_nothing():
    assert post_test(30, 50, 50) == pytest.approx((30, 30))


def test_two_results_one_after_the_other_multiply_their_likelihood_ratios():
    first = post_test(2, 70, 91).if_positive
    odds = 2 / 98 * (0.70 / 0.09) * (0.69 / 0.11)
    assert post_test(first, 69, 89).if_positive == pytest.approx(100 * odds / (1 + odds))


def test_everybody_is_counted_once():
    counted = people(0.5, 63, 84, group=1000)
    assert sum(counted) == 1000
    assert counted.true_positive + counted.false_negative == 5


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((0, 60, 90), "nobody is certain"),
        ((100, 60, 90), "nobody is certain"),
        ((5, 101, 90), "sensitivity_percent=101 must be from 0 to 100"),
        ((5, 60, -1), "specificity_percent=-1 must be from 0 to 100"),
        ((5, 100, 0), "always gives the same result"),
        ((5, 0, 100), "always gives the same result"),
    ],
)
def test_an_impossible_entry_is_refused_with_the_reason(values, words):
    with pytest.raises(ValueError, match=words):
        post_test(*values)


def test_every_published_accuracy_is_possible_and_says_how_far_it_was_checked():
    rows = accuracies()
    assert len({row.test for row in rows}) == len(rows)
    for row in rows:
        assert 0 < row.sensitivity_percent < 100
        assert 0 < row.specificity_percent < 100
        assert row.confidence in CONFIDENCE
        assert all((row.name, row.target, row.population, row.citation, row.checked))


def test_an_unknown_test_is_answered_with_those_that_are_known():
    with pytest.raises(ValueError, match="test=cea is not one of us, us_afp, afp"):
        accuracy("cea")
