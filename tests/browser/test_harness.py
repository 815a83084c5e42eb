"""The browser driver does what the lesson tests rely on, and notices what they must notice."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import jupyterlab
from tests.browser.jupyterlab import JupyterLab, Notebook, chromium


@pytest.fixture
def fresh(lab: JupyterLab, browser: Browser) -> Iterator[Notebook]:
    """The demonstration as opened, nothing run yet."""
    with Notebook(lab, browser, "fresh.ipynb") as notebook:
        yield notebook


@pytest.fixture(scope="module")
def opened(lab: JupyterLab, browser: Browser) -> Iterator[Notebook]:
    with Notebook(lab, browser, "demo.ipynb") as notebook:
        yield notebook


@pytest.fixture
def demo(opened: Notebook) -> Notebook:
    """The demonstration just run: its widgets are new."""
    opened.run_all()
    return opened


def test_before_the_first_run_an_untrusted_notebook_shows_the_still_copy(fresh: Notebook) -> None:
    output = fresh.page.locator(".jp-OutputArea").first
    expect(output.get_by_text("ALBI −2.37: grade 2.")).to_be_visible()
    pictures = output.get_by_role("img", name=re.compile("The patient lies in the band of grade 2"))
    expect(pictures).to_be_visible()
    assert pictures.evaluate("img => img.naturalWidth") > 600
    fresh.screenshot("demo-before-the-first-run")


def test_a_run_explorer_answers_to_the_keyboard_in_both_themes(demo: Notebook) -> None:
    assert demo.failures() == []
    plane, _ = demo.explorers()
    assert plane.title == "ALBI grade from bilirubin and albumin"
    assert len(plane.controls) == 6
    for control in plane.controls:
        expect(control).to_have_accessible_name(re.compile(r"\S"))
    assert all(plane.tab_through())
    assert plane.summary == "ALBI −2.37: grade 2. Ascites none."
    plane.move(plane.sliders[0])
    assert plane.summary == "ALBI −2.36: grade 2. Ascites none."
    assert plane.alerts == []
    choice = plane.root.get_by_role("combobox", name="Ascites")
    choice.press("ArrowDown")
    expect(plane.sentence).to_have_text("ALBI −2.36: grade 2. Ascites mild.")
    plane.root.get_by_role("checkbox", name="On dialysis").press("Space")
    expect(plane.sentence).to_have_text("ALBI −2.36: grade 2. Ascites mild, on dialysis.")
    expect(plane.root).to_have_accessible_name(plane.title)
    assert demo.axe() == []
    assert demo.screenshot("demo-light", plane.root).stat().st_size > 10_000
    demo.use_theme("JupyterLab Dark")
    assert demo.axe() == []
    demo.screenshot("demo-dark", plane.root)
    demo.use_theme("JupyterLab Light")
    assert demo.complaints == []


def test_no_label_is_cut_off(demo: Notebook) -> None:
    for label in demo.page.locator(".hcclab-controls .widget-label").all():
        assert label.evaluate("e => e.scrollWidth <= e.clientWidth"), label.inner_text()


def test_an_error_in_a_callback_is_shown_in_the_browser_in_place_of_the_old_answer(
    demo: Notebook,
) -> None:
    fragile = demo.explorers()[1]
    assert fragile.summary == "Albumin 54 g/L."
    fragile.sliders[0].press("ArrowRight")
    expect(fragile.root.get_by_role("alert")).to_have_text(
        "⚠ Fragile(albumin=55) failed: ZeroDivisionError: the model divides by zero"
    )
    assert fragile.summary == ""
    demo.screenshot("demo-error", fragile.root)
    fragile.sliders[0].press("ArrowLeft")
    expect(fragile.sentence).to_have_text("Albumin 54 g/L.")
    assert fragile.alerts == []


def test_latency_is_measured_press_by_press(demo: Notebook) -> None:
    plane = demo.explorers()[0]
    for _ in range(2):
        times = plane.latencies(presses=5)
        assert len(times) == 5
        assert all(1 < milliseconds < 5000 for milliseconds in times)


def test_a_slider_that_moves_nothing_is_noticed(demo: Notebook) -> None:
    plane = demo.explorers()[0]
    # A second picture in the place of the one that the kernel draws: it never changes.
    plane.drawing.evaluate("e => e.after(document.createElement('p'))")
    plane.drawing = plane.root.locator(".hcclab-card > p")
    with pytest.raises(AssertionError, match="the sentence and no picture"):
        plane.move(plane.sliders[0])


def test_cells_that_fail_or_never_ran_are_noticed(fresh: Notebook) -> None:
    fresh.page.evaluate(
        """() => { const { sharedModel } = window.jupyterapp.shell.currentWidget.content.model;
             sharedModel.addCell({ cell_type: "code", source: "1 / 0" });
             sharedModel.addCell({ cell_type: "code", source: "'never'" }); }"""
    )
    fresh.run_all()
    assert fresh.failures() == [
        "code cell 3: ZeroDivisionError: division by zero",
        "code cell 4 did not run: \"'never'\"",
    ]


def test_console_errors_and_requests_to_other_machines_are_noticed(fresh: Notebook) -> None:
    fresh.page.evaluate("console.error('a script is unhappy')")
    fresh.page.evaluate("fetch('http://192.0.2.1/').catch(() => null), null")
    fresh.page.wait_for_timeout(200)
    assert any("a script is unhappy" in complaint for complaint in fresh.complaints)
    assert "outside request: http://192.0.2.1/" in fresh.complaints


def test_a_request_to_another_machine_is_not_even_tried(fresh: Notebook) -> None:
    with socket.create_server(("127.0.0.2", 0)) as other:
        address = f"http://127.0.0.2:{other.getsockname()[1]}/"
        with fresh.page.expect_event("requestfailed") as refused:
            fresh.page.evaluate("url => void fetch(url).catch(() => null)", address)
        assert refused.value.failure == "net::ERR_NAME_NOT_RESOLVED"
        other.settimeout(0.2)
        with pytest.raises(TimeoutError):
            other.accept()


def test_a_control_without_a_name_is_noticed(demo: Notebook) -> None:
    assert demo.axe() == []
    demo.explorers()[0].sliders[0].evaluate("handle => handle.removeAttribute('aria-label')")
    assert any("aria-input-field-name" in fault for fault in demo.axe())


def test_a_missing_browser_is_told_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jupyterlab.shutil, "which", lambda name: None)
    with pytest.raises(FileNotFoundError, match="apt-get install chromium"), chromium():
        pass


def test_a_server_that_dies_is_told_with_its_log(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RuntimeError, match=r"did not answer(.|\n)*No such"):
        JupyterLab(tmp_path / "absent", tmp_path / "home").__enter__()
