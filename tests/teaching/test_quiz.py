import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hcclab.keyboard import KeyboardGuard
from hcclab.teaching import Choice, Multiple, Number, Order, Quiz


def choice(**changes):
    given = {
        "stem": "ALBI < -2.60 is?",
        "options": ["Grade 1", "Grade 2"],
        "correct": "Grade 1",
        "explanations": ["At or below -2.60.", "Grade 2 lies above."],
    }
    return Choice(**given | changes)


def multiple(**changes):
    given = {
        "stem": "Which items does ALBI use?",
        "options": ["albumin", "bilirubin", "ascites", "INR"],
        "correct": ["albumin", "bilirubin"],
        "explanations": ["In it.", "In it too.", "A Child-Pugh item.", "A MELD item."],
    }
    return Multiple(**given | changes)


def number(**changes):
    given = {
        "stem": "Bilirubin of 2 mg/dL in µmol/L?",
        "answer": lambda: 2 * 17.1,
        "tolerance": 0.2,
        "unit": "µmol/L",
        "wrong": {(0, 0.5): "You divided; multiply.", 17.1: "That is 1 mg/dL."},
        "explanation": "1 mg/dL is 17.1 µmol/L.",
    }
    return Number(**given | changes)


STEPS = ["ultrasound", "CT or MRI", "biopsy", "treatment"]


def order(**changes):
    given = {
        "stem": "Put the work-up in order.",
        "steps": STEPS,
        "explanation": "Imaging first.",
        "wrong": {(1, 3, 2, 4): "Imaging may spare the needle."},
    }
    return Order(**given | changes)


@pytest.fixture
def quiz():
    return Quiz(choice(), multiple(), number(), order())


def text_of(widget):
    """All HTML that a widget and its children show, in reading order."""
    return (
        getattr(widget, "value", "")
        if not hasattr(widget, "children")
        else "".join(str(text_of(child)) for child in widget.children)
    )


@pytest.mark.parametrize(
    ("place", "response", "reply"),
    [
        (1, "Grade 1", "✓ Right: At or below -2.60."),
        (1, "Grade 2", "✗ Wrong: Grade 2 lies above."),
        (2, ["bilirubin", "albumin"], "✓ Right: albumin: In it. bilirubin: In it too."),
        (2, ["albumin"], "✗ Wrong: One right option is missing."),
        (2, ["INR"], "✗ Wrong: INR: A MELD item. 2 right options are missing."),
        (2, ["albumin", "bilirubin", "INR"], "✗ Wrong: INR: A MELD item."),
        (2, [], "○ Not answered yet: pick at least one option first."),
        (3, 34.2, "✓ Right: 34.2 µmol/L. 1 mg/dL is 17.1 µmol/L."),
        (3, "34,2 µmol/L", "✓ Right: 34.2 µmol/L. 1 mg/dL is 17.1 µmol/L."),
        (3, 0.117, "✗ Wrong: You divided; multiply."),
        (3, 17.2, "✗ Wrong: That is 1 mg/dL."),
        (3, 100, "✗ Wrong: 100 µmol/L is too high."),
        (3, "−1", "✗ Wrong: -1 µmol/L is too low."),
        (3, "two", "✗ Wrong: “two” is not a number; write it in µmol/L like -2.6 or 17.1."),
        (3, " ", "○ Not answered yet: type a number first."),
        (4, STEPS, "✓ Right: Imaging first."),
        (
            4,
            ["ultrasound", "biopsy", "CT or MRI", "treatment"],
            "✗ Wrong: Imaging may spare the needle.",
        ),
        (4, STEPS[::-1], "✗ Wrong: “treatment” does not come first."),
        (
            4,
            ["ultrasound", "CT or MRI", "treatment", "biopsy"],
            "✗ Wrong: right up to place 2, but “treatment” does not come in place 3.",
        ),
    ],
)
def test_every_response_gets_its_own_reply(quiz, place, response, reply):
    assert str(quiz.answer(place, response)) == reply
    lead, message = reply.split(": ", 1)
    assert f"<strong>{lead}:</strong> {message}" in text_of(quiz)


def test_check_before_any_response_says_so(quiz):
    for panel in quiz._panels:
        panel.button.click()
        assert "<strong>○ Not answered yet:</strong>" in panel.reply.value
    assert quiz.score == 0


def test_the_button_checks_what_is_picked_and_allows_another_try(quiz):
    panel = quiz._panels[0]
    panel.control.value = "Grade 2"
    panel.button.click()
    assert "Grade 2 lies above." in panel.reply.value
    panel.control.value = "Grade 1"
    assert panel.reply.value == ""
    panel.button.click()
    assert "At or below -2.60." in panel.reply.value


def test_ticking_boxes_by_hand_is_read_like_an_answer_from_code(quiz):
    control = quiz._panels[1].control
    control.children[1].value = True
    control.children[0].value = True
    assert control.value == ("albumin", "bilirubin")
    quiz._panels[1].button.click()
    assert quiz.score == 1


def test_places_chosen_one_by_one_are_read_and_what_is_missing_is_named(quiz):
    panel = quiz._panels[3]
    lists = {each.description: each for each in panel.control.children}
    assert list(lists) != STEPS
    lists["ultrasound"].value = lists["CT or MRI"].value = 1
    panel.button.click()
    assert "two steps have place 1, and no step has place 2 yet." in panel.reply.value
    for place, step in enumerate(STEPS, start=1):
        lists[step].value = place
    panel.button.click()
    assert "Imaging first." in panel.reply.value


@given(st.lists(st.text(min_size=1, max_size=5), min_size=2, max_size=7, unique=True))
def test_steps_are_shown_shuffled_and_always_the_same_way(steps):
    first, second = (Order("Order?", steps, "") for _ in range(2))
    assert sorted(first.shown) == sorted(steps)
    assert first.shown != tuple(steps)
    assert first.shown == second.shown
    assert first.judge(first.accepts(steps)).right
    assert not first.judge(first.accepts(first.shown)).right


def test_a_finished_number_is_checked_without_the_button(quiz):
    quiz._panels[2].control.value = "34.2"
    assert quiz.score == 1


def test_the_score_follows_the_latest_check(quiz):
    assert "0 of 4 right" in text_of(quiz)
    quiz.answer(1, "Grade 1")
    quiz.answer(3, 34.2)
    assert "2 of 4 right" in text_of(quiz)
    quiz.answer(3, 17.1)
    assert "1 of 4 right" in text_of(quiz)


def shown(panel):
    """The buttons of a question that a student can reach."""
    return [
        button.description
        for button in (panel.button, panel.hint_button, panel.answer_button)
        if button.layout.display != "none"
    ]


def test_the_answer_opens_only_after_a_wrong_attempt(quiz):
    panel = quiz._panels[1]
    assert shown(panel) == ["Check"]
    panel.button.click()
    assert shown(panel) == ["Check"]
    quiz.answer(2, ["INR"])
    assert shown(panel) == ["Check", "Show the answer"]
    assert "✓ albumin; bilirubin" not in text_of(panel.box)
    panel.answer_button.click()
    assert "✓ albumin; bilirubin" in panel.solution.value
    assert shown(panel) == ["Check"]


def test_a_right_answer_needs_no_further_button():
    quiz = Quiz(choice(hints=["Lower is better."]))
    quiz.answer(1, "Grade 2")
    assert shown(quiz._panels[0]) == ["Check", "Hint", "Show the answer"]
    quiz.answer(1, "Grade 1")
    assert shown(quiz._panels[0]) == ["Check"]


@pytest.mark.parametrize("build", [choice, multiple, number, order])
def test_hints_come_one_at_a_time_and_then_the_button_goes(build):
    quiz = Quiz(build(hints=["A < B.", "Plainer."]))
    panel = quiz._panels[0]
    assert "A &lt; B." not in text_of(quiz)
    panel.hint_button.click()
    assert "A &lt; B." in panel.hints.value
    assert "Plainer." not in text_of(quiz)
    assert shown(panel) == ["Check", "Hint"]
    panel.hint_button.click()
    assert "Plainer." in panel.hints.value
    assert shown(panel) == ["Check"]
    assert "<summary>Hint 2</summary><p>Plainer.</p></details><details>" in quiz.to_html()


def test_correct_answers_can_be_computed():
    assert choice(correct=lambda: "Grade 1").correct == "Grade 1"
    assert choice(options=[1, 2], correct=1).correct == "1"
    assert multiple(correct=lambda: ["INR"]).correct == ("INR",)
    assert number().answer == pytest.approx(34.2)


@pytest.mark.parametrize(
    "build",
    [
        lambda boom: choice(correct=boom),
        lambda boom: multiple(correct=boom),
        lambda boom: number(answer=boom),
    ],
)
def test_an_error_while_computing_the_answer_surfaces(build):
    with pytest.raises(ZeroDivisionError):
        build(lambda: 1 / 0)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: choice(correct="Grade 3"), r"'Grade 3' is not among the options \['Grade 1'"),
        (lambda: choice(options=["a", "a"]), "two different texts"),
        (lambda: choice(explanations=["one"]), "1 texts for 2 options"),
        (lambda: multiple(correct=[]), "correct is empty"),
        (lambda: number(wrong={34.1: "?"}), r"wrong=34.1 counts as right: the answer is 34.2"),
        (lambda: number(wrong={(30, 40): "?"}), r"wrong=\(30, 40\) counts as right"),
        (lambda: number(tolerance=-1), "tolerance=-1 must be 0 or more"),
        (lambda: order(steps=["a", "a"]), "two different texts"),
        (lambda: order(wrong={(1, 2, 3, 4): "?"}), "not the right one"),
        (lambda: order(wrong={(1, 2): "?"}), "each step from 1 to 4 once"),
        (lambda: Quiz(order()).answer(1, ["biopsy"]), "must hold each of"),
        (lambda: Quiz(choice(), name="edges"), "like '03_albi/edges'"),
        (lambda: Quiz(), "at least one question"),
        (lambda: Quiz(choice()).answer(2, "Grade 1"), "number=2 must be from 1 to 1"),
        (lambda: Quiz(choice()).answer(1, "Grade 9"), "'Grade 9' is not among the options"),
    ],
)
def test_a_question_that_cannot_work_is_refused(build, message):
    with pytest.raises(ValueError, match=message):
        build()


def test_an_error_in_a_check_is_shown_and_raised(monkeypatch):
    quiz = Quiz(choice())
    monkeypatch.setattr(quiz.questions[0], "judge", lambda response: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        quiz.answer(1, "Grade 1")
    assert 'role="alert"' in text_of(quiz)
    assert "ZeroDivisionError: division by zero" in text_of(quiz)


def test_the_static_copy_holds_every_question_with_its_answer_folded(quiz):
    page = quiz._repr_mimebundle_()["text/html"]
    open_part = re.sub(r"<details>.*?</details>", "", page)
    folded = re.findall(r"<details><summary>Answer</summary>(.*?)</details>", page)
    assert re.findall(r"<summary>Answer</summary><ol>(.*?)</ol>", page) == [
        "".join(f"<li>{step}</li>" for step in STEPS)
    ]
    for text in (
        "<li>biopsy</li>",
        "ALBI &lt; -2.60 is?",
        "<li>Grade 2</li>",
        "<li>INR</li>",
        "2 mg/dL in µmol/L?",
    ):
        assert text in open_part
    assert "✓" not in open_part
    assert "A MELD item." not in open_part
    assert [re.search(r"✓ ([^<]*)", answer)[1] for answer in folded[:3]] == [
        "Grade 1",
        "albumin; bilirubin",
        "34.2 µmol/L. 1 mg/dL is 17.1 µmol/L.",
    ]
    assert "INR: A MELD item." in folded[1]


def test_what_nbval_compares_is_the_same_on_every_run():
    first, second = (
        {k: v for k, v in Quiz(choice(), number())._repr_mimebundle_().items() if "text" in k}
        for _ in range(2)
    )
    assert first == second
    assert first["text/plain"] == "Quiz(2 questions)"


def test_a_quiz_keeps_the_live_view_and_guards_its_keys(quiz):
    assert "application/vnd.jupyter.widget-view+json" in quiz._repr_mimebundle_()
    assert sum(isinstance(child, KeyboardGuard) for child in quiz.children) == 1


def test_every_question_is_a_named_group_with_a_spoken_reply(quiz):
    for panel in quiz._panels:
        assert "hcclab-group" in panel.box._dom_classes
        assert "hcclab-group-name" in panel.box.children[0]._dom_classes
        assert "hcclab-status" in panel.reply._dom_classes
    assert quiz._panels[2].control.description == "Answer in µmol/L"
