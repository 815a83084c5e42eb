from __future__ import annotations

import subprocess
import sys
import warnings

import lifelines
import numpy as np
import pandas as pd
import pytest

from hcclab import data
from hcclab.evidence import concordance_index, cox_hazard_ratio, kaplan_meier, p_text


@pytest.fixture(scope="module")
def pbc() -> pd.DataFrame:
    cohort = data.load("pbc")
    bilirubin_umol_l = 17.1 * cohort["bilirubin_mg_dl"]
    albi = 0.66 * np.log10(bilirubin_umol_l) - 0.085 * 10 * cohort["albumin_g_dl"]
    grade = np.select([albi <= -2.60, albi <= -1.39], ["1", "2"], "3")
    return cohort.assign(albi=albi, grade=grade, years=cohort["time_days"] / 365.25)


@pytest.fixture(scope="module")
def hcc() -> pd.DataFrame:
    return data.load("resected_hcc")


def test_albi_grade_separates_survival_with_transplant_censored(pbc):
    km = kaplan_meier(pbc["years"], pbc["status"] == "dead", pbc["grade"], unit="years")
    assert km.groups == ["1", "2", "3"]
    assert km.medians["subjects"].tolist() == [52, 309, 57]
    assert km.at(5)["survival"].round(2).tolist() == [0.94, 0.75, 0.18]
    assert km.logrank_p == pytest.approx(1.7e-37, rel=0.05)
    assert concordance_index(pbc["years"], pbc["status"] == "dead", pbc["albi"]) == pytest.approx(
        0.788, abs=5e-4
    )


def test_counting_transplant_as_an_event_gives_other_numbers(pbc):
    ended = pbc["status"] != "censored"
    km = kaplan_meier(pbc["years"], ended, pbc["grade"], unit="years")
    assert km.at(5)["survival"].round(2).tolist() == [0.94, 0.70, 0.17]
    assert km.logrank_p == pytest.approx(1.0e-37, rel=0.05)
    assert concordance_index(pbc["years"], ended, pbc["albi"]) == pytest.approx(0.780, abs=5e-4)


def test_recorded_bclc_class_separates_survival_after_resection(hcc):
    km = kaplan_meier(
        hcc["survival_months"], hcc["died"], hcc["recorded_bclc_group"], unit="months"
    )
    assert km.medians["median"].tolist() == [np.inf, 25.0]
    assert km.logrank_p == pytest.approx(4e-6, rel=0.15)


def test_a_curve_worked_out_by_hand():
    km = kaplan_meier([1, 2, 2, 3, 4], [1, 1, 0, 0, 1], unit="years")
    columns = ["time", "at_risk", "events", "censored", "survival"]
    expected = [
        [0, 5, 0, 0, 1.0],
        [1, 5, 1, 0, 4 / 5],
        [2, 4, 1, 1, 4 / 5 * 3 / 4],
        [3, 2, 0, 1, 3 / 5],
        [4, 1, 1, 0, 0.0],
    ]
    assert km.table[columns].to_numpy() == pytest.approx(np.array(expected))
    assert km.medians["median"].tolist() == [4]
    assert km.logrank_p is None


def test_the_interval_is_greenwood_on_the_log_log_scale():
    km = kaplan_meier([1, 2, 2, 3, 4], [1, 1, 0, 0, 1], unit="years")
    survival, variance = 0.6, 1 / (5 * 4) + 1 / (4 * 3)
    half = 1.959964 * np.sqrt(variance) / np.log(survival)
    row = km.at(2).iloc[0]
    assert row["ci_low"] == pytest.approx(survival ** np.exp(-half), abs=1e-6)
    assert row["ci_high"] == pytest.approx(survival ** np.exp(half), abs=1e-6)


def test_survival_just_before_at_and_after_a_step():
    km = kaplan_meier([1, 2, 2, 3, 4], [1, 1, 0, 0, 1], unit="years")
    at = km.at([0, 0.99, 1, 1.5])
    assert at["survival"].tolist() == [1, 1, 0.8, 0.8]
    assert at["at_risk"].tolist() == [5, 5, 5, 4]


def test_survival_after_the_last_follow_up_is_unknown_not_carried_on():
    at = kaplan_meier([1, 2], [1, 0], unit="years").at([2, 2.1])
    assert at["survival"].tolist()[0] == 0.5
    assert at.iloc[1][["survival", "ci_low", "ci_high"]].isna().all()
    assert at["at_risk"].tolist() == [1, 0]


def test_survival_after_everyone_has_died_is_zero():
    assert kaplan_meier([1, 2], [1, 1], unit="years").at(9)["survival"].tolist() == [0]


def test_groups_keep_the_order_of_their_categories():
    stage = pd.Categorical(["late", "early", "late"], categories=["none", "early", "late"])
    assert kaplan_meier([1, 2, 3], [1, 1, 1], stage, unit="years").groups == ["early", "late"]


def test_booleans_of_pandas_and_plain_lists_give_the_same(hcc):
    died = hcc["died"].astype("boolean")
    a = kaplan_meier(hcc["survival_months"], died, unit="months")
    b = kaplan_meier(hcc["survival_months"].tolist(), hcc["died"].tolist(), unit="months")
    pd.testing.assert_frame_equal(a.table, b.table)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1, -2], [1, 1]), "durations holds -2"),
        (([1, np.inf], [1, 1]), "durations holds inf"),
        (([1, np.nan, None], [1, 1, 1]), "durations is missing in 2 of 3 subjects.*position 1"),
        ((["1 year"], [1]), "durations holds something that is not a number"),
        (([1, 2], [1, 2]), "events holds 2; an event is True, False, 1 or 0"),
        (([1, 2], ["dead", "censored"]), "events holds dead.*compared first"),
        (([1, 2], [1, None]), "events is missing in 1 of 2"),
        (([1, 2], [1]), "durations has 2 values but events has 1"),
        (([1, 2], [1, 1], ["a"]), "durations has 2 values but groups has 1"),
        (([1, 2], [1, 1], ["a", None]), "groups is missing in 1 of 2 subjects"),
        (([], []), "durations is empty"),
    ],
)
def test_bad_input_is_named_in_one_sentence(arguments, message):
    with pytest.raises(ValueError, match=message):
        kaplan_meier(*arguments, unit="years")


def test_concordance_runs_from_backwards_to_perfect():
    time, event = [1, 2, 3], [True, True, False]
    assert concordance_index(time, event, [3, 2, 1]) == 1
    assert concordance_index(time, event, [1, 2, 3]) == 0
    assert concordance_index(time, event, [7, 7, 7]) == 0.5


def test_concordance_without_an_event_is_an_error_not_a_number():
    with pytest.raises(ValueError, match="no event"):
        concordance_index([1, 2], [0, 0], [1, 2])


@pytest.mark.parametrize(
    ("p", "text"), [(0.00099, "p < 0.001"), (0.001, "p = 0.001"), (0.05, "p = 0.05"), (1, "p = 1")]
)
def test_p_values_read_as_in_a_journal(p, text):
    assert p_text(p) == text


def test_the_plain_form_is_stable_and_says_the_unit():
    km = kaplan_meier([2, 4], [1, 1], ["b", "a"], unit="months")
    assert repr(km) == (
        "KaplanMeier(2 groups, 2 subjects, 2 events, time in months, log-rank p = 0.32)"
    )


def test_importing_the_module_loads_nothing_heavy():
    heavy = {"lifelines", "scipy", "pandas", "numpy", "matplotlib"}
    code = f"import sys, hcclab.evidence; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def small_cohort(seed):
    random = np.random.default_rng(seed)
    size = int(random.integers(2, 60))
    time = random.integers(0, 9, size) + (random.random(size) if seed % 2 else 0)
    return time, random.random(size) < 0.6, random.integers(0, 1 + seed % 4, size)


@pytest.mark.parametrize("seed", range(12))
def test_curves_intervals_and_the_log_rank_test_are_those_of_lifelines(seed):
    time, event, group = small_cohort(seed)
    km = kaplan_meier(time, event, group, unit="years")
    for label, mine in km.table.groupby("group"):
        of_group = group == int(label)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # where survival is 0 or 1 lifelines divides by zero
            fit = lifelines.KaplanMeierFitter().fit(time[of_group], event[of_group])
        assert mine["time"].to_numpy() == pytest.approx(fit.event_table.index.to_numpy())
        assert mine["at_risk"].tolist() == fit.event_table["at_risk"].tolist()
        assert mine["survival"].to_numpy() == pytest.approx(fit.survival_function_.iloc[:, 0])
        ends = fit.confidence_interval_survival_function_.to_numpy()
        assert mine[["ci_low", "ci_high"]].to_numpy() == pytest.approx(ends)
    if len(km.groups) > 1:
        theirs = lifelines.statistics.multivariate_logrank_test(time, group, event).p_value
        assert km.logrank_p == pytest.approx(theirs, rel=1e-6, nan_ok=True)


@pytest.mark.parametrize("seed", range(12))
def test_concordance_is_that_of_lifelines_ties_included(seed):
    time, event, _ = small_cohort(seed)
    risk = np.random.default_rng(seed).integers(0, 6, len(time))
    theirs = lifelines.utils.concordance_index(time, -risk, event)
    assert concordance_index(time, event, risk) == pytest.approx(theirs)


@pytest.mark.parametrize("seed", range(12))
def test_the_hazard_ratio_is_that_of_lifelines_ties_included(seed):
    random = np.random.default_rng(seed)
    size = int(random.integers(20, 90))
    time = random.integers(1, 9, size) + (random.random(size) if seed % 2 else 0)
    event, treated = random.random(size) < 0.7, random.random(size) < 0.5
    ours = cox_hazard_ratio(time, event, treated)
    frame = pd.DataFrame({"time": time, "event": event, "treated": treated}).astype(float)
    theirs = lifelines.CoxPHFitter().fit(frame, "time", "event", fit_options={"precision": 1e-9})
    assert ours.log == pytest.approx(theirs.params_["treated"], abs=1e-5)
    assert ours.standard_error == pytest.approx(theirs.standard_errors_["treated"], abs=1e-5)


def test_a_hazard_ratio_worked_out_by_hand():
    # At each death, the treated among those at risk count θ times; the chances that a treated one
    # dies add up to the one treated death there was.
    hr = cox_hazard_ratio([1, 2, 3, 4], [1, 1, 1, 0], [0, 1, 0, 1])
    shares = [2 * hr.value / (2 + 2 * hr.value), 2 * hr.value / (1 + 2 * hr.value),
              hr.value / (1 + hr.value)]  # fmt: skip
    assert sum(shares) == pytest.approx(1)


def test_turning_the_groups_round_turns_the_ratio_round(hcc):
    late = hcc["recorded_bclc_group"] == "B-C"
    there = cox_hazard_ratio(hcc["survival_months"], hcc["died"], late)
    back = cox_hazard_ratio(hcc["survival_months"], hcc["died"], ~late)
    assert there.value == pytest.approx(1 / back.value)
    assert there.low == pytest.approx(1 / back.high)
    assert there.low > 1


@pytest.mark.parametrize(
    ("event", "treated"),
    [([1, 1, 1], [1, 1, 1]), ([1, 0, 0], [1, 0, 0]), ([0, 0, 0], [1, 0, 1]),
     ([1, 1, 1], [0, 0, 1])],
)  # fmt: skip
def test_data_that_do_not_bound_the_ratio_are_refused(event, treated):
    with pytest.raises(ValueError, match="do not bound the hazard ratio"):
        cox_hazard_ratio([1, 2, 3], event, treated)


def test_a_group_that_is_not_yes_or_no_is_named():
    with pytest.raises(ValueError, match="treated holds arm"):
        cox_hazard_ratio([1, 2], [1, 1], ["arm A", "arm B"])


def test_the_median_is_the_time_at_which_one_half_is_reached():
    km = kaplan_meier([1, 2, 2, 3, 5, 7], [1, 1, 1, 1, 0, 1], unit="years")
    assert km.at(2)["survival"][0] == pytest.approx(0.5)
    assert km.medians["median"].tolist() == [2]


def test_two_who_cannot_be_compared_give_no_concordance():
    with pytest.raises(ValueError, match="no two subjects can be compared"):
        concordance_index([1, 1], [1, 1], [1, 2])


def test_survival_needs_neither_lifelines_nor_scipy():
    code = """
import sys
from hcclab.evidence import concordance_index, cox_hazard_ratio, kaplan_meier
kaplan_meier([1, 2, 3], [1, 1, 0], list("aab"), unit="years")
cox_hazard_ratio([1, 2, 3, 4], [1, 1, 1, 0], [0, 1, 0, 1])
concordance_index([1, 2, 3], [1, 1, 0], [3, 2, 1])
sys.exit(bool({"lifelines", "scipy"} & set(sys.modules)))
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
