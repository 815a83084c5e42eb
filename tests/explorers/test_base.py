from __future__ import annotations

import base64
import importlib
import json
import pkgutil
import re

import ipywidgets as widgets
import pytest

from hcclab import explorers, variables
from hcclab.explorers.base import Explorer, View, control
from hcclab.teaching import look
from tests.explorers.demo import ALBUMIN, ASCITES, BILIRUBIN, DIALYSIS, AlbiPlane, Fragile, variable
from tests.explorers.driving import check_view, drive_to_ends


def test_set_moves_the_controls_and_returns_the_new_sentence():
    plane = AlbiPlane()
    before = plane.picture
    assert plane.set(bilirubin=34.2, albumin=28) == "ALBI −1.37: grade 3. Ascites none."
    assert plane.values == {
        "bilirubin": 34.2, "albumin": 28, "ascites": "none", "dialysis": False
    }  # fmt: skip
    assert plane.picture != before
    assert "grade 3" in plane.picture


def test_a_control_moved_by_hand_changes_sentence_and_picture():
    plane = AlbiPlane()
    summary, picture = plane.summary, plane.picture
    plane.controls["albumin"].value = 30
    assert plane.summary != summary
    assert plane.picture != picture


def from_the_browser(slider, value):
    """Deliver a message as ipywidgets delivers those of the browser."""
    slider.set_state({"value": value})


class Twelve(Explorer):
    """A slider of which noUiSlider gives 12 back as 12.000000000000002."""

    title = "Burst"

    def __init__(self):
        super().__init__(burst=widgets.FloatSlider(50, min=1, max=100, step=1))

    def view(self, *, burst):
        return View(f"Burst {burst!r}.", "<p>-</p>")


def test_a_late_answer_of_the_browser_does_not_undo_what_a_cell_set_meanwhile(monkeypatch):
    explorer = Twelve()
    explorer.set(burst=12)
    explorer.set(burst=50)
    for _ in range(2):
        from_the_browser(explorer.controls["burst"], 12.000000000000002)
        assert explorer.values == {"burst": 50}
        assert explorer.summary == "Burst 50.0."
    monkeypatch.setattr("hcclab.explorers.base.ECHO_SECONDS", 0)  # later, and by hand
    from_the_browser(explorer.controls["burst"], 12.000000000000002)
    assert explorer.summary == "Burst 12.0."


def test_a_learner_gets_to_where_a_cell_had_been():
    explorer = Twelve()
    explorer.set(burst=12)
    explorer.set(burst=50)
    for value in (49.00000000000001, 12.000000000000002):
        from_the_browser(explorer.controls["burst"], value)
        assert explorer.values == {"burst": round(value)}


def test_a_slider_means_the_step_on_which_it_stands():
    explorer = Twelve()
    explorer.controls["burst"].value = 3.0000000000000004
    assert explorer.values == {"burst": 3}
    assert explorer.summary == "Burst 3.0."
    assert repr(explorer) == "Twelve(burst=3.0)"
    explorer.controls["burst"].value = 3.25  # typed into the readout: no step
    assert explorer.values == {"burst": 3.25}


class Riddle(Explorer):
    title = "A riddle"
    opens = "What is wrong with it?"

    def __init__(self):
        super().__init__(number=widgets.IntSlider(2, 0, 9, description="Number"))

    def view(self, *, number):
        return View(
            f"Twice {number}?", "<p>Think.</p>", f"<p>It is {2 * number}.</p>" * (number > 0)
        )


def test_an_answer_is_nowhere_before_it_is_asked_for_and_goes_when_a_control_moves():
    riddle = Riddle()

    def live():
        return json.dumps([each.get_state() for each in _within(riddle)], default=str)

    assert "It is 4." not in live()
    riddle._opener.click()
    assert "It is 4." in live()
    assert riddle._opener.layout.display == "none"
    riddle.controls["number"].value = 3
    assert "It is" not in live()
    assert riddle._opener.layout.display is None
    assert riddle.open_answer() == "<p>It is 6.</p>"
    riddle.set(number=0)
    assert riddle._opener.layout.display == "none"


def _within(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from _within(child)


def test_a_still_copy_folds_the_answer_away_and_the_student_edition_leaves_it_out():
    riddle = Riddle()
    copy = riddle._repr_mimebundle_()["text/html"]
    assert "<details><summary>What is wrong with it?</summary><p>It is 4.</p></details>" in copy
    try:
        look.withhold_answers()
        assert riddle._repr_mimebundle_()["text/html"] == look.without_answers(copy)
    finally:
        look.withhold_answers(False)
    assert "It is 4." not in look.without_answers(copy)


def test_every_answer_of_an_explorer_has_a_head_that_the_student_edition_knows():
    for module in pkgutil.iter_modules(explorers.__path__):
        importlib.import_module(f"{explorers.__name__}.{module.name}")
    heads = {each.opens for each in Explorer.__subclasses__() if each.opens}
    assert len(heads) >= 3
    for head in heads:
        assert look.without_answers(look.folded(head, "It is 4.")) == ""


def test_several_controls_move_as_one():
    seen = []

    class Watch(AlbiPlane):
        def view(self, **values):
            seen.append((values["bilirubin"], values["albumin"]))
            return super().view(**values)

    Watch().set(bilirubin=100, albumin=25)
    assert set(seen) == {(20, 38), (100, 25)}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"bilirubin": 2000}, r"bilirubin=2000: Bilirubin \(µmol/L\) takes a number from 5.0 to "
                              r"200.0; is it in another unit\?"),
        ({"bilirubin": float("nan")}, "bilirubin=nan"),
        ({"bilirubin": "20"}, "bilirubin='20'"),
        ({"albumin": 3.8}, "a whole number from 20 to 55; is it in another unit"),
        ({"albumin": 38.5}, "a whole number"),
        ({"ascites": "lots"}, "'none', 'mild', 'moderate_severe'"),
        ({"dialysis": 2}, "True or False"),
        ({"albumin": 40, "bilirubin": -1}, "bilirubin=-1"),
    ],
)  # fmt: skip
def test_a_value_the_control_cannot_take_is_refused_and_nothing_moves(values, message):
    plane = AlbiPlane()
    before = repr(plane)
    with pytest.raises(ValueError, match=message):
        plane.set(**values)
    assert repr(plane) == before


def test_an_unknown_control_is_named_with_those_that_exist():
    with pytest.raises(TypeError, match="AlbiPlane has no control 'bili'; it has bilirubin, alb"):
        AlbiPlane().set(bili=3)


def test_many_controls_stand_above_the_picture_on_request():
    class Wide(AlbiPlane):
        wide = True

    assert "hcclab-wide" in Wide()._dom_classes
    assert "hcclab-wide" not in AlbiPlane()._dom_classes


def test_the_repr_is_stable_and_short():
    expected = "AlbiPlane(bilirubin=20.0, albumin=38, ascites='none', dialysis=False)"
    assert repr(AlbiPlane()) == repr(AlbiPlane()) == expected


def test_the_static_copy_holds_title_settings_sentence_and_pictures_with_alt():
    bundle = AlbiPlane()._repr_mimebundle_()
    page = bundle["text/html"]
    assert bundle["text/plain"] == repr(AlbiPlane())
    assert "application/vnd.jupyter.widget-view+json" in bundle
    for said in (
        "ALBI grade from bilirubin and albumin",
        "Bilirubin (µmol/L): 20.0",
        "Albumin (g/L): 38",
        "Ascites: none",
        "On dialysis: no",
        "ALBI −2.37: grade 2.",
    ):
        assert said in page
    assert "<svg" not in page
    images = re.findall(r'<img alt="([^"]+)" src="data:image/svg\+xml;base64,([^"]+)">', page)
    assert len(images) == 2
    assert images[0][0].endswith("bilirubin 20 µmol/L, albumin 38 g/L.")
    assert base64.b64decode(images[0][1]).startswith(b"<svg xmlns=")


def test_the_static_copy_is_the_same_in_every_run():
    assert (
        AlbiPlane()._repr_mimebundle_()["text/html"]
        == (AlbiPlane()._repr_mimebundle_()["text/html"])
    )


def test_text_of_the_author_is_escaped_in_the_static_copy():
    class Sharp(Explorer):
        title = "a < b & c"

        def view(self, *, n):
            return View("if n < 3 <b>", "<p>ok</p>")

    page = Sharp(n=widgets.IntSlider(description="n < 9"))._repr_mimebundle_()["text/html"]
    assert "a &lt; b &amp; c" in page
    assert "if n &lt; 3 &lt;b&gt;" in page
    assert "n &lt; 9: 0" in page


def test_an_error_in_the_view_raises_shows_itself_and_takes_the_old_answer_away():
    fragile = Fragile()
    with pytest.raises(ZeroDivisionError):
        fragile.controls["albumin"].value = 55
    assert fragile.error == (
        "⚠ Fragile(albumin=55) failed: ZeroDivisionError: the model divides by zero"
    )
    assert fragile.summary == fragile.picture == ""
    assert fragile.error in fragile._repr_mimebundle_()["text/html"]
    assert fragile.set(albumin=40) == "Albumin 40 g/L."
    assert fragile.error == ""


def test_an_error_raises_from_set_and_from_the_first_view_too():
    with pytest.raises(ZeroDivisionError):
        Fragile().set(albumin=55)

    class Broken(AlbiPlane):
        def view(self, **values):
            raise RuntimeError("no view")

    with pytest.raises(RuntimeError, match="no view"):
        Broken()


def test_an_error_of_a_move_in_the_browser_is_shown():
    fragile = Fragile()
    with pytest.raises(ZeroDivisionError):
        fragile.controls["albumin"].set_state({"value": 55})
    assert fragile.controls["albumin"].value == 55
    assert fragile.error.endswith("the model divides by zero")


def test_driving_tries_every_end_alone_and_in_pairs_and_comes_back():
    plane = AlbiPlane()
    before = repr(plane)
    # 1 start, 2 + 2 + 3 + 2 alone, 4 for each of 6 pairs
    assert drive_to_ends(plane) == 1 + 9 + 24
    assert repr(plane) == before


def test_driving_finds_a_fault_that_only_an_end_shows():
    with pytest.raises(ZeroDivisionError):
        drive_to_ends(Fragile())


def test_driving_finds_a_fault_that_only_a_pair_of_ends_shows():
    class Corner(AlbiPlane):
        def view(self, **values):
            if values["bilirubin"] == 200 and values["albumin"] == 20:
                raise ZeroDivisionError("corner")
            return super().view(**values)

    with pytest.raises(ZeroDivisionError):
        drive_to_ends(Corner())


@pytest.mark.parametrize(
    ("view", "fault"),
    [
        (View("", "<p>x</p>"), "no summary"),
        (View("Fine.", ""), "no picture"),
        (View("ALBI nan.", "<p>x</p>"), "nan is shown"),
        (View("Fine.", "<svg><title>t</title><desc>d</desc></svg>"), "role=img"),
        (View("Fine.", '<svg role="img"><title>t</title><desc> </desc></svg>'), "alternative"),
    ],
)
def test_driving_refuses_a_view_that_is_not_whole(view, fault):
    class Poor(Explorer):
        title = "Poor"

        def view(self):
            return view

    with pytest.raises(AssertionError, match=fault):
        check_view(Poor())


def test_a_number_becomes_a_slider_with_its_unit_limits_step_and_decimals():
    slider = control(BILIRUBIN, value=20)
    assert isinstance(slider, widgets.FloatSlider)
    assert (slider.min, slider.max, slider.step, slider.value) == (5, 200, 0.5, 20)
    assert slider.description == "Bilirubin (µmol/L)"
    assert slider.readout_format == ".1f"
    assert slider.continuous_update
    assert slider.tooltip == "A breakdown product of haem."


@pytest.mark.parametrize(
    ("step", "form"), [(1, ".0f"), (1.0, ".0f"), (10, ".0f"), (0.25, ".2f"), (0.1, ".1f")]
)
def test_the_readout_follows_the_step(step, form):
    assert control(variable(step=step), value=20).readout_format == form


def test_the_other_kinds_become_the_control_that_fits():
    whole, choice, flag = (
        control(ALBUMIN, value=38),
        control(ASCITES, value="moderate_severe"),
        control(DIALYSIS, value=True),
    )
    assert isinstance(whole, widgets.IntSlider)
    assert isinstance(choice, widgets.Dropdown)
    assert isinstance(flag, widgets.Checkbox)
    assert (choice.label, choice.value) == ("moderate severe", "moderate_severe")
    assert flag.value is True


def test_a_lesson_may_narrow_or_widen_a_slider_within_the_hard_limits():
    slider = control(BILIRUBIN, value=300, low=1, high=400)
    assert (slider.min, slider.max, slider.value) == (1, 400, 300)
    with pytest.raises(
        ValueError, match=r"slider of bilirubin_umol_l from 0.5 .* limits 1.0 to 10"
    ):
        control(BILIRUBIN, value=20, low=0.5)
    with pytest.raises(ValueError, match="ends must rise"):
        control(BILIRUBIN, value=20, low=30, high=20)


def test_a_start_outside_the_slider_is_refused_not_clipped():
    with pytest.raises(ValueError, match=r"bilirubin_umol_l=2: .* takes a number from 5"):
        control(BILIRUBIN, value=2)


@pytest.mark.parametrize(
    "entry",
    [v for v in vars(variables).values() if isinstance(v, variables.Variable)],
    ids=lambda entry: entry.name,
)
def test_every_entry_of_the_data_dictionary_makes_a_control(entry):
    starts = {"flag": False, "choice": entry.choices[:1]}
    start = starts.get(entry.kind, entry.usual[0])
    made = control(entry, value=start[0] if isinstance(start, tuple) else start)
    assert made.description.casefold().startswith(entry.label.casefold())
    assert made.description[0].isupper()
