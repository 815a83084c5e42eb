import math
import re

import pytest

from hcclab.teaching import Exercise


def exercise(**changes):
    given = {
        "prompt": "Compute log10 of a bilirubin < 21 µmol/L, here 20.",
        "expected": lambda: math.log10(20),
        "tolerance": 0.005,
        "mistakes": {"You used the natural logarithm.": lambda: math.log(20)},
        "hints": ["Which base?", "math.log10"],
        "solution": "math.log10(20)  # not < 1",
    }
    return Exercise(**given | changes)


def buttons(panel):
    """The buttons of an exercise by their label."""
    found, queue = {}, [panel]
    while queue:
        widget = queue.pop()
        queue.extend(getattr(widget, "children", ()))
        if type(widget).__name__ == "Button":
            found[widget.description] = widget
    return found


def shown(widget):
    return widget.layout.display != "none"


def test_there_is_no_hint_button_without_hints():
    assert shown(buttons(exercise())["Hint"])
    assert not shown(buttons(exercise(hints=()))["Hint"])


def test_answers_are_checked_against_the_computed_value():
    task = exercise()
    assert task.check(1.30).right
    assert str(task.check(math.log(20))) == "✗ Wrong: You used the natural logarithm."
    assert task.check(...).status == "unanswered"


def test_a_function_is_checked_on_its_cases_and_told_its_mistake():
    task = exercise(
        expected=None,
        cases=[({"x": 1}, 0.0), ({"x": 100}, 2.0)],
        mistakes={"Natural logarithm.": lambda x: math.log(x)},
    )
    assert task.check(math.log10).message.startswith("the function must take the arguments x")
    assert task.check(lambda x: math.log10(x)).right
    assert task.check(lambda x: math.log(x)).message == (
        "Natural logarithm. (For x=100, expected 2 and got 4.60517.)"
    )


def test_hints_come_one_at_a_time_in_order_and_then_end():
    task = exercise()
    assert [task.hint().message for _ in range(4)] == [
        "Hint 1 of 2: Which base?",
        "Hint 2 of 2: math.log10",
        "All 2 hints: Which base? math.log10",
        "All 2 hints: Which base? math.log10",
    ]
    assert exercise(hints=()).hint().message == "This exercise has no hints."


def test_the_hint_button_goes_on_where_the_call_stopped():
    task = exercise()
    task.hint()
    buttons(task)["Hint"].click()
    assert "Hint 2 of 2: math.log10" in task._news.value


def test_the_solution_stays_locked_until_an_answer_was_checked():
    task = exercise()
    locked = task.solution()
    assert (locked.message, locked.code) == (
        "The solution opens after your first checked answer.",
        "",
    )
    task.check(...)
    assert task.solution() == locked
    task.check(7.0)
    assert task.solution().code == "math.log10(20)  # not < 1"


def test_the_solution_button_obeys_the_same_lock():
    task = exercise()
    assert not shown(buttons(task)["Show solution"])
    buttons(task)["Show solution"].click()
    assert "opens after your first" in task._news.value
    assert "math.log10(20)" not in task._news.value
    task.check(...)
    assert not shown(buttons(task)["Show solution"])
    task.check(7.0)
    assert shown(buttons(task)["Show solution"])
    buttons(task)["Show solution"].click()
    assert "math.log10(20)  # not &lt; 1" in task._news.value


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"expected": None}, "either expected"),
        ({"cases": [({"x": 1}, 0)]}, "either expected"),
        ({"mistakes": {"Same.": 1.30103}}, "counts as right"),
    ],
)
def test_an_exercise_that_cannot_be_judged_is_refused_at_once(changes, message):
    with pytest.raises(ValueError, match=message):
        exercise(**changes)


def test_errors_in_the_authors_functions_surface_at_once():
    with pytest.raises(ZeroDivisionError):
        exercise(expected=lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        exercise(mistakes={"Broken.": lambda: 1 / 0})


def test_the_static_copy_folds_hints_and_solution():
    page = exercise()._repr_mimebundle_()["text/html"]
    open_part = re.sub(r"<details>.*?</details>", "", page, flags=re.DOTALL)
    assert "bilirubin &lt; 21 µmol/L" in open_part
    assert "log10(20)" not in open_part
    assert "Which base?" not in open_part
    assert "<summary>Hint 2</summary><p>math.log10</p>" in page
    assert "<summary>Solution</summary><pre><code>math.log10(20)  # not &lt; 1</code>" in page


def test_what_nbval_compares_is_the_same_on_every_run():
    first, second = (
        {k: v for k, v in exercise()._repr_mimebundle_().items() if "text" in k} for _ in range(2)
    )
    assert first == second
    assert first["text/plain"].startswith("Exercise('Compute log10")
