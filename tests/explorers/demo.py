"""A small explorer for the tests: the ALBI plane, every kind of control, errors on request."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

from hcclab.explorers import svg
from hcclab.explorers.base import Explorer, View, control


def variable(**changes: Any) -> Any:
    """Stand in for an entry of the data dictionary."""
    entry = {
        "name": "bilirubin_umol_l",
        "label": "Bilirubin",
        "unit": "µmol/L",
        "usual": (5.0, 200.0),
        "hard": (1.0, 1000.0),
        "step": 0.5,
        "kind": "number",
        "choices": (),
        "meaning": "A breakdown product of haem.",
    }
    return SimpleNamespace(**(entry | changes))


BILIRUBIN = variable()
ALBUMIN = variable(
    name="albumin_g_l", label="Albumin", unit="g/L", usual=(20, 55), hard=(10, 65), step=1,
    kind="integer", meaning="A protein that the liver makes.",
)  # fmt: skip
ASCITES = variable(
    name="ascites", label="Ascites", unit="", kind="choice",
    choices=("none", "mild", "moderate_severe"), meaning="Fluid in the abdomen.",
)  # fmt: skip
DIALYSIS = variable(name="dialysis", label="On dialysis", unit="", kind="flag", meaning="")

X = svg.Scale(5, 200, start=70, end=620, log=True)
Y = svg.Scale(20, 55, start=350, end=20)
GRADES = ("1", "2", "3")
CUTS = (-2.60, -1.39)


class AlbiPlane(Explorer):
    """Where one patient stands among the ALBI grades."""

    title = "ALBI grade from bilirubin and albumin"

    def __init__(self) -> None:
        super().__init__(
            bilirubin=control(BILIRUBIN, value=20),
            albumin=control(ALBUMIN, value=38),
            ascites=control(ASCITES, value="none"),
            dialysis=control(DIALYSIS, value=False),
        )

    def view(self, *, bilirubin: float, albumin: float, ascites: str, dialysis: bool) -> View:
        score = 0.66 * math.log10(bilirubin) - 0.085 * albumin
        grade = GRADES[sum(score > cut for cut in CUTS)]
        extra = f" Ascites {ascites.replace('_', ' ')}{', on dialysis' if dialysis else ''}."
        summary = f"ALBI {svg.number(score, decimals=2)}: grade {grade}.{extra}"
        edges = [_edge(cut) for cut in CUTS]
        box = [(X.start, Y.end), (X.end, Y.end)], [(X.start, Y.start), (X.end, Y.start)]
        borders = [box[0], *edges, box[1]]
        fills = (svg.GREEN, svg.YELLOW, svg.VERMILLION)
        bands = [
            svg.region([*borders[i], *reversed(borders[i + 1])], fill)
            for i, fill in enumerate(fills)
        ]
        plane = svg.figure(
            660, 420, self.title,
            f"The patient lies in the band of grade {grade}: bilirubin {svg.number(bilirubin)} "
            f"µmol/L, albumin {albumin} g/L.",
            *bands,
            svg.axes(X, Y, "Bilirubin (µmol/L, log scale)", "Albumin (g/L)"),
            svg.contour(edges[0], "ALBI −2.60", at=0.72),
            svg.contour(edges[1], "ALBI −1.39", at=0.72, dash="9 5"),
            svg.text(90, 46, "Grade 1", size=22, bold=True),
            svg.text(90, 214, "Grade 2", size=22, bold=True),
            svg.text(606, 336, "Grade 3", size=22, bold=True, anchor="end"),
            svg.marker(X(bilirubin), Y(albumin), "patient" if bilirubin < 90 else ""),
        )  # fmt: skip
        strip = svg.figure(
            660, 92, "ALBI grade", f"Grade {grade} of 1, 2 and 3.",
            svg.strip(GRADES, {grade}, x=70, y=32, width=550),
        )  # fmt: skip
        return View(summary, plane + strip)


def _edge(cut: float) -> list[tuple[float, float]]:
    bilirubins = [5 * 40 ** (i / 40) for i in range(41)]
    albumins = [(0.66 * math.log10(b) - cut) / 0.085 for b in bilirubins]
    return [
        (X(b), Y(min(max(a, Y.low), Y.high))) for b, a in zip(bilirubins, albumins, strict=True)
    ]


class Fragile(Explorer):
    """Breaks on demand, as a faulty lesson would."""

    title = "An explorer with a fault"

    def __init__(self) -> None:
        super().__init__(albumin=control(ALBUMIN, value=54))

    def view(self, *, albumin: int) -> View:
        if albumin > 54:
            raise ZeroDivisionError("the model divides by zero")
        return View(
            f"Albumin {albumin} g/L.", svg.figure(90, 60, "Dot", "A dot.", svg.marker(9, 9))
        )
