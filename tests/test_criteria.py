from __future__ import annotations

import itertools

import polars as pl
import pytest

from hcclab.criteria import OTHERWISE, Frame, Given, Interval, as_entered
from hcclab.variables import (
    bilirubin,
    bilirubin_mg_dl,
    bilirubin_umol_l,
    ecog,
    ecog_tumour_related,
    extrahepatic_spread,
    largest_tumour_cm,
    liver,
    macrovascular_invasion,
)
from tests.patients import is_true

TRUTHS = (True, False, None)
KLEENE_AND = {
    (True, True): True,
    (True, None): None,
    (None, None): None,
    (True, False): False,
    (False, False): False,
    (False, None): False,
}


def kleene_and(one: bool | None, other: bool | None) -> bool | None:
    return KLEENE_AND.get((one, other), KLEENE_AND.get((other, one)))


@pytest.mark.parametrize(("one", "other"), list(itertools.product(TRUTHS, TRUTHS)))
def test_and_or_not_follow_kleene(one: bool | None, other: bool | None) -> None:
    known = {"macrovascular_invasion": one, "extrahepatic_spread": other}
    both = macrovascular_invasion & extrahepatic_spread
    any_ = macrovascular_invasion | extrahepatic_spread
    assert both.truth(known) is kleene_and(one, other)
    # De Morgan: a or b = not (not a and not b)
    opposite = {True: False, False: True, None: None}
    assert any_.truth(known) is opposite[kleene_and(opposite[one], opposite[other])]
    assert (~macrovascular_invasion).truth(known) is opposite[one]


def test_the_data_frame_follows_the_same_logic() -> None:
    import narwhals as nw

    rows = list(itertools.product(TRUTHS, TRUTHS))
    table = pl.DataFrame(
        rows,
        schema={"macrovascular_invasion": pl.Boolean, "extrahepatic_spread": pl.Boolean},
        orient="row",
    )
    criterion = (macrovascular_invasion | ~extrahepatic_spread) & ~macrovascular_invasion
    frame = Frame(nw, "", frozenset(table.columns))
    expression = criterion.compile(frame)
    compiled = nw.from_native(table)
    for level in frame.new_levels():
        compiled = compiled.with_columns(**level)
    found = compiled.select(result=expression).to_native()["result"].to_list()
    names = ("macrovascular_invasion", "extrahepatic_spread")
    assert found == [criterion.truth(dict(zip(names, row, strict=True))) for row in rows]


def test_python_words_for_and_or_not_are_refused() -> None:
    with pytest.raises(TypeError, match="combine criteria with &"):
        _ = (ecog >= 1) and ecog_tumour_related
    with pytest.raises(TypeError, match="chained comparison"):
        _ = 1 <= ecog <= 2


def test_only_what_keeps_a_criterion_open_is_needed() -> None:
    criterion = (macrovascular_invasion & (ecog >= 1)) | extrahepatic_spread
    unknown = {"macrovascular_invasion": None, "ecog": 0, "extrahepatic_spread": None}
    assert criterion.needs(unknown) == ("extrahepatic_spread",)
    assert criterion.needs({**unknown, "extrahepatic_spread": True}) == ()
    assert criterion.needs({**unknown, "ecog": None}) == (
        "macrovascular_invasion",
        "ecog",
        "extrahepatic_spread",
    )


@pytest.mark.parametrize(
    ("value", "small", "at_most", "large", "at_least"),
    [
        (Interval(5, 6), True, True, False, False),
        (Interval(5, 7), None, True, False, None),
        (Interval(7, 9), False, None, None, True),
        (Interval(8, 9), False, False, True, True),
    ],
)
def test_a_range_decides_only_if_both_ends_agree(
    value: Interval,
    small: bool | None,
    at_most: bool | None,
    large: bool | None,
    at_least: bool | None,
) -> None:
    known = {"ecog": value}
    assert (ecog < 7).truth(known) is small
    assert (ecog <= 7).truth(known) is at_most
    assert (ecog > 7).truth(known) is large
    assert (ecog >= 7).truth(known) is at_least
    assert (ecog == 7).truth(known) is (None if value.low <= 7 <= value.high else False)


def test_entered_values_are_compared_exactly_and_computed_ones_with_a_hair_of_slack() -> None:
    assert is_true(largest_tumour_cm <= 2, largest_tumour_cm=2.0000000001) is False
    computed = 3 * 17.1
    assert computed > 51.3 or computed == 51.3
    assert is_true(bilirubin <= 51.3, bilirubin_mg_dl=3) is True
    assert is_true(bilirubin > 51.3, bilirubin_mg_dl=3) is False
    assert is_true(bilirubin >= 51.3, bilirubin_mg_dl=3) is True
    assert is_true(bilirubin < 51.3, bilirubin_mg_dl=3) is False


def test_the_unit_that_was_entered_decides() -> None:
    low = as_entered(bilirubin_umol_l < 34, bilirubin_mg_dl < 2)
    assert is_true(low, bilirubin_umol_l=34.1) is False
    assert is_true(low, bilirubin_mg_dl=1.99) is True
    assert is_true(low, bilirubin_umol_l=None, bilirubin_mg_dl=1.99) is True
    assert is_true(low) is None
    assert low.needs({}) == ("bilirubin_umol_l",)
    assert str(low) == "bilirubin < 34.0 µmol/L (2.00 mg/dL)"


def test_given_as_unknown_is_not_the_same_as_not_given() -> None:
    criterion = Given(liver, then=liver == "preserved", otherwise=ecog == 0)
    assert is_true(criterion, ecog=0) is True
    assert is_true(criterion, ecog=0, liver=None) is None
    assert criterion.needs({"ecog": 0, "liver": None}) == ("liver",)


def test_criteria_read_as_sentences() -> None:
    assert str((ecog >= 3) & ecog_tumour_related) == (
        "ECOG performance status ≥ 3 and impairment caused by the tumour"
    )
    assert str(~macrovascular_invasion) == "no macrovascular invasion"
    assert str(liver == "end_stage") == "liver function end-stage"
    assert str(OTHERWISE) == "otherwise"


def test_the_grounds_are_what_the_truth_rests_on() -> None:
    criterion = (largest_tumour_cm <= 2) & ~macrovascular_invasion
    small_but_invading = {"largest_tumour_cm": 1.5, "macrovascular_invasion": True}
    assert criterion.grounds(small_but_invading) == (macrovascular_invasion,)
