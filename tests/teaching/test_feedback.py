import pytest

from hcclab.teaching import Feedback


@pytest.mark.parametrize(
    ("status", "lead"),
    [("right", "✓ Right:"), ("wrong", "✗ Wrong:"), ("unanswered", "○ Not answered yet:")],
)
def test_status_is_told_in_words_and_by_a_symbol_as_text_and_as_html(status, lead):
    feedback = Feedback(status, "because.")
    assert repr(feedback) == str(feedback) == f"{lead} because."
    assert f"<strong>{lead}</strong> because." in feedback._repr_html_()
    assert 'role="status"' in feedback._repr_html_()


def test_only_a_right_answer_is_right():
    assert [Feedback(s, "").right for s in ("right", "wrong", "unanswered", "note")] == [
        True,
        False,
        False,
        False,
    ]


def test_text_and_code_are_escaped():
    page = Feedback("note", "ALBI < -2.60 & <b>", code="a < b").to_html()
    assert "ALBI &lt; -2.60 &amp; &lt;b&gt;" in page
    assert "<code>a &lt; b</code>" in page
