import math
from fractions import Fraction

import numpy as np
import pytest

from hcclab.teaching import check, check_function


def albi(bilirubin, albumin):
    return 0.66 * math.log10(bilirubin) - 0.085 * albumin


def with_natural_log(bilirubin, albumin):
    return 0.66 * math.log(bilirubin) - 0.085 * albumin


def without_weight(bilirubin, albumin):
    return math.log10(bilirubin) - 0.085 * albumin


CASES = [({"bilirubin": b, "albumin": a}, albi(b, a)) for b, a in [(1, 40), (20, 38), (50, 28)]]
MISTAKES = {
    "You used the natural logarithm.": with_natural_log,
    "The weight 0.66 is missing.": without_weight,
}


@pytest.mark.parametrize(
    "answer",
    [-2.37, -2.3713, np.float64(-2.37), np.array(-2.37), Fraction(-237, 100)],
)
def test_a_number_within_the_tolerance_is_right_whatever_its_type(answer):
    assert check(answer, albi(20, 38), tolerance=0.005).right


def test_the_tolerance_itself_is_still_right_and_beyond_is_wrong():
    assert check(0.35, 0.3, tolerance=0.05).right
    assert check(0.25, 0.3, tolerance=0.05).right
    assert not check(0.3501, 0.3, tolerance=0.05).right


def test_a_known_mistake_gets_its_own_words():
    mistakes = {
        "You used the natural logarithm.": lambda: with_natural_log(20, 38),
        "These look like mg/dL.": albi(1.17, 38),
    }
    expected = albi(20, 38)
    replies = [
        check(value, expected, tolerance=0.005, mistakes=mistakes).message
        for value in (with_natural_log(20, 38), albi(1.17, 38))
    ]
    assert replies == ["You used the natural logarithm.", "These look like mg/dL."]


@pytest.mark.parametrize(
    ("answer", "reply"),
    [
        (3.0, "3 mg/dL is too high."),
        (1.0, "1 mg/dL is too low."),
        (math.nan, "nan is not a usable number; look for a logarithm or a division of 0."),
        ("2", "a number is asked for, and you gave a value of type str."),
        (True, "a number is asked for, and you gave a value of type bool."),
        ([2.0], "a number is asked for, and you gave a value of type list."),
    ],
)
def test_an_unknown_wrong_number_is_told_how_it_differs(answer, reply):
    feedback = check(answer, 2.0, tolerance=0.1, unit="mg/dL")
    assert (feedback.status, feedback.message) == ("wrong", reply)


def test_text_ignores_case_and_outer_spaces_only():
    assert check(" b ", "B").right
    assert check("A", "B").message == "'A' is not the answer."
    assert check(2, "B").message == "a text is asked for, and you gave a value of type int."


def test_a_truth_value_is_not_a_number():
    assert check(np.bool_(True), True).right
    assert check(False, True).message == "False is not the answer."
    assert check(1, True).message == "True or False is asked for, and you gave a value of type int."


@pytest.mark.parametrize("stub", [..., None])
def test_a_stub_is_unanswered(stub):
    assert check(stub, 2.0).status == "unanswered"
    assert check_function(stub, CASES).status == "unanswered"


def test_a_mistake_that_counts_as_right_is_refused():
    with pytest.raises(ValueError, match=r"'Rounded.' gives 2.01, .* tolerance of 0.05"):
        check(0, 2.0, tolerance=0.05, mistakes={"Rounded.": 2.01})


@pytest.mark.parametrize("expected", [math.nan, math.inf])
def test_an_answer_that_nobody_can_give_is_refused(expected):
    with pytest.raises(ValueError, match="not finite"):
        check(1.0, expected)


def test_an_expected_result_object_or_a_negative_tolerance_is_refused():
    with pytest.raises(TypeError, match="is a list; it must be a number"):
        check(1.0, [1.0])
    with pytest.raises(ValueError, match="tolerance=-1 must be 0 or more"):
        check(1.0, 1.0, tolerance=-1)


def test_an_error_while_computing_the_expected_answer_surfaces():
    with pytest.raises(ZeroDivisionError):
        check(1.0, lambda: 1 / 0)


def test_a_right_function_agrees_on_every_case():
    assert check_function(albi, CASES, tolerance=0.005).message == "all 3 cases agree."


def test_the_first_failing_input_is_named_with_expected_and_got():
    def capped(bilirubin, albumin):
        return albi(min(bilirubin, 40), albumin)

    assert check_function(capped, CASES, tolerance=0.005).message == (
        "for bilirubin=50, albumin=28, expected -1.25868 and got -1.32264."
    )


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_function_that_makes_a_known_mistake_is_told_which_and_where(mistake):
    reply = check_function(MISTAKES[mistake], CASES, tolerance=0.005, mistakes=MISTAKES).message
    assert reply.startswith(f"{mistake} (For bilirubin=20, albumin=38, expected -2.37132 and got ")


def test_of_two_suspects_the_one_that_explains_more_cases_is_named():
    cases = [({"x": 1}, 1), ({"x": 2}, 2)]
    mistakes = {"Always zero.": lambda x: 0, "Sign lost beyond 1.": lambda x: 0 if x == 1 else -x}
    reply = check_function(lambda x: 0 if x == 1 else -x, cases, mistakes=mistakes).message
    assert reply.startswith("Sign lost beyond 1.")


def stub(bilirubin, albumin): ...


def test_an_unfinished_function_is_unanswered():
    assert check_function(stub, CASES).status == "unanswered"
    assert check_function(lambda bilirubin, albumin: ..., CASES).status == "unanswered"


def test_what_a_student_may_do_wrong_with_a_function_is_told_not_raised():
    replies = [
        check_function(candidate, [({"bilirubin": 0, "albumin": 40}, 1.0)]).message
        for candidate in (lambda b: b, lambda bilirubin, albumin: albumin / bilirubin, 3.5)
    ]
    assert replies == [
        "the function must take the arguments bilirubin, albumin.",
        "for bilirubin=0, albumin=40, your function stopped with "
        "ZeroDivisionError: division by zero",
        "give the function itself, without calling it (you gave 3.5).",
    ]


def test_none_can_be_the_right_result_of_a_case():
    cases = [({"ecog": None}, None), ({"ecog": 1}, "C")]
    assert check_function(lambda ecog: ecog and "C", cases).right
    assert check_function(lambda ecog: "A" if ecog is None else "C", cases).message == (
        "for ecog=None, expected None and got 'A'."
    )


def test_cases_that_cannot_judge_are_refused():
    with pytest.raises(ValueError, match="cases is empty"):
        check_function(albi, [])
    with pytest.raises(ValueError, match="add a case that tells the two apart"):
        check_function(albi, CASES[:1], mistakes={"Natural log.": with_natural_log})
