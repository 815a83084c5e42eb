from __future__ import annotations

import re

import ipywidgets as widgets
import pytest

import hcclab as hcc
from hcclab.authoring import doctor
from hcclab.authoring.doctor import Finding, diagnose
from hcclab.explorers.start import CHECKS, MachineCheck, TumourSize
from tests.explorers.driving import drive_to_ends


def button(check):
    return next(each for each in check.children if isinstance(each, widgets.Button))


def reply(check):
    return next(each.value for each in check.children if "hcclab-status" in each._dom_classes)


def test_every_end_of_the_slider_gives_a_whole_view():
    assert drive_to_ends(TumourSize()) > 2


@pytest.mark.parametrize("cm", [1.0, 2.0, 3.7, 6.0])
def test_the_volume_is_that_of_the_package(cm):
    volume = hcc.ttv(tumour_diameters_cm=[cm]).value
    assert f"holds {volume:.1f} cm³" in TumourSize().set(largest_tumour_cm=cm)


def test_twice_the_diameter_holds_eight_times_as_much():
    size = TumourSize()
    assert "as much as 8 tumours" in size.set(largest_tumour_cm=2)
    assert "as much as 64 tumours" in size.set(largest_tumour_cm=4)
    assert size.set(largest_tumour_cm=1).endswith("as much as 1 tumour of 1 cm.")


def test_the_largest_tumour_stays_on_the_paper():
    size = TumourSize()
    size.set(largest_tumour_cm=6)
    width, height = map(float, re.search(r'width="(\d+)" height="(\d+)"', size.picture).groups())
    for corners in re.findall(r'<polygon points="([^"]+)"', size.picture):
        for pair in corners.split():
            x, y = map(float, pair.split(","))
            assert 0 <= x <= width
            assert 0 <= y <= height


def test_the_check_tells_in_words_what_is_well_and_what_to_mend(monkeypatch):
    found = [
        Finding("Python", True, "3.12.1"),
        Finding("disk", False, "0.2 GB free", "free some <space>"),
    ]
    monkeypatch.setattr(doctor, "diagnose", lambda folder: found)
    check = MachineCheck()
    assert check.run() == "Mend this first: disk."
    shown = reply(check)
    assert "✓ ok" in shown
    assert "✗ mend" in shown
    assert "free some &lt;space&gt;" in shown
    monkeypatch.setattr(doctor, "diagnose", lambda folder: found[:1])
    assert check.run() == "All is well. You can start the lessons."


def test_a_click_checks(monkeypatch):
    monkeypatch.setattr(doctor, "diagnose", lambda folder: [Finding("fonts", True, "fine")])
    check = MachineCheck()
    button(check).click()
    assert "All is well" in reply(check)
    assert not button(check).disabled


def test_nothing_of_this_machine_is_stored_with_a_lesson(monkeypatch):
    monkeypatch.setattr(doctor, "_kernel", lambda: "not started")
    check = MachineCheck()
    before = check._repr_mimebundle_()["text/html"]
    check.run()
    assert check._repr_mimebundle_()["text/html"] == before
    assert repr(check) == "MachineCheck()"
    assert {finding.name for finding in diagnose(".")} == set(CHECKS)
