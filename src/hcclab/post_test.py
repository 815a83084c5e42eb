"""How likely HCC is after a test: Bayes' theorem, and the published accuracy of some tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from hcclab.data import records


class PostTest(NamedTuple):
    """Probability of disease after a test, %.

    Attributes
    ----------
    if_positive, if_negative
        After a positive and after a negative result.
    """

    if_positive: float
    if_negative: float


class People(NamedTuple):
    """How many of a group have each combination of disease and result, rounded to persons."""

    true_positive: int
    false_negative: int
    false_positive: int
    true_negative: int


def post_test(
    pre_test_percent: float, sensitivity_percent: float, specificity_percent: float
) -> PostTest:
    """Compute the probability of disease after a positive and after a negative test.

    Parameters
    ----------
    pre_test_percent
        Probability before the test, %, above 0 and below 100.
    sensitivity_percent
        Of 100 with the disease, how many test positive.
    specificity_percent
        Of 100 without it, how many test negative.

    Raises
    ------
    ValueError
        If a percentage is out of range, or the test always gives the same result.

    References
    ----------
    Bayes' theorem.

    Examples
    --------
    >>> after = post_test(2, 63, 84)
    >>> round(after.if_positive, 1), round(after.if_negative, 1)
    (7.4, 0.9)
    """
    sick, finds, clears = _shares(pre_test_percent, sensitivity_percent, specificity_percent)
    positive = sick * finds + (1 - sick) * (1 - clears)
    if not 0 < positive < 1:
        raise ValueError(
            f"sensitivity {sensitivity_percent} % and specificity {specificity_percent} %: such a "
            "test always gives the same result"
        )
    return PostTest(
        100 * sick * finds / positive,
        100 * sick * (1 - finds) / (1 - positive),
    )


def people(
    pre_test_percent: float,
    sensitivity_percent: float,
    specificity_percent: float,
    group: int = 1000,
) -> People:
    """Count the persons of a group by disease and result.

    Parameters
    ----------
    pre_test_percent, sensitivity_percent, specificity_percent
        As for `post_test`.
    group
        How many persons are tested.

    Examples
    --------
    >>> people(2, 63, 84)
    People(true_positive=13, false_negative=7, false_positive=157, true_negative=823)
    """
    sick, finds, clears = _shares(pre_test_percent, sensitivity_percent, specificity_percent)
    with_it = round(group * sick)
    found, cleared = round(with_it * finds), round((group - with_it) * clears)
    return People(found, with_it - found, group - with_it - cleared, cleared)


def _shares(pre_test: float, sensitivity: float, specificity: float) -> tuple[float, float, float]:
    if not 0 < pre_test < 100:
        raise ValueError(
            f"pre_test_percent={pre_test} must be above 0 and below 100: nobody is certain before "
            "a test"
        )
    for name, value in (("sensitivity", sensitivity), ("specificity", specificity)):
        if not 0 <= value <= 100:
            raise ValueError(f"{name}_percent={value} must be from 0 to 100")
    return pre_test / 100, sensitivity / 100, specificity / 100


@dataclass(frozen=True)
class Accuracy:
    """Published accuracy of one test.

    Attributes
    ----------
    test, name, positive_if
        Short name, name for a reader, and what counts as positive.
    target, population
        What the test was to find, and in whom.
    sensitivity_percent, specificity_percent
        As for `post_test`.
    citation, confidence, checked
        From where, how far checked, and what is open.
    """

    test: str
    name: str
    positive_if: str
    target: str
    sensitivity_percent: float
    specificity_percent: float
    population: str
    citation: str
    confidence: str
    checked: str

    def __str__(self) -> str:
        return (
            f"{self.name}: {self.sensitivity_percent:g} % and {self.specificity_percent:g} % "
            f"[{self.confidence}]"
        )


def accuracies() -> tuple[Accuracy, ...]:
    """Return the published accuracy of every test known here, in the order of the table."""
    return tuple(
        Accuracy(
            sensitivity_percent=float(row.pop("sensitivity_percent")),
            specificity_percent=float(row.pop("specificity_percent")),
            **row,
        )
        for row in map(dict, records("accuracy"))
    )


def accuracy(test: str) -> Accuracy:
    """Look up the published accuracy of a test.

    Raises
    ------
    ValueError
        If the test is not known, naming those that are.

    Examples
    --------
    >>> print(accuracy("us_afp"))
    Ultrasound and AFP: 63 % and 84 % [verified]
    """
    known = {row.test: row for row in accuracies()}
    if test not in known:
        raise ValueError(f"test={test} is not one of {', '.join(known)}")
    return known[test]
