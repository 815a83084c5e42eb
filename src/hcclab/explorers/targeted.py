"""Explorers of targeted therapy: what a drug blocks, and how its effect on a tumour fades.

The states of the map come from `hcclab.signalling`, the curves from
`hcclab.mechanisms.kinase_inhibitors`, the side effects from `hcclab.drug_events`; nothing here
decides anything.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from html import escape
from typing import NamedTuple

import ipywidgets as widgets
import numpy as np
from numpy.typing import NDArray

from hcclab.drug_events import drug_events
from hcclab.explorers import svg
from hcclab.explorers.base import Explorer, View, control
from hcclab.mechanisms.growth import DAYS_PER_MONTH
from hcclab.mechanisms.kinase_inhibitors import (
    Exposure,
    Lenvatinib,
    LenvatinibEffect,
    Sorafenib,
    SorafenibEffect,
    diameters_mm,
    drug_effect,
    exposure,
    nadir,
    progression_day,
    steady_mg_l,
)
from hcclab.signalling import State, Target, roots, targets, under

Floats = NDArray[np.float64]
NONE = "no drug"
DRUGS = (
    NONE, "sorafenib", "donafenib", "lenvatinib", "regorafenib", "cabozantinib", "apatinib",
    "ramucirumab", "bevacizumab", "fisogatinib", "tepotinib", "everolimus", "niraparib",
)  # fmt: skip
INPUTS = {
    "HGF": {"CAF", "TGFB1"},
    "FGF19": {"FGF19", "KLB"},
    "EGF": {"EGF"},
    "CTNNB1": {"CTNNB1"},
}
"""What may drive the growth of a tumour cell, and the nodes that stand for it."""
ANY = "all four at once"

# The map ----------------------------------------------------------------------------------------

LOOKS = {
    "blocked": ("✗", "#b34e00", "#fff", svg.INK, ""),
    "silent": ("–", "#fff", svg.MUTED, svg.MUTED, "6 5"),
    "off": ("–", "#fff", svg.MUTED, svg.MUTED, "6 5"),
    "weaker": ("▽", "#e3f1fa", svg.INK, svg.BLUE, ""),
    "freed": ("▲", "#d9f2e6", svg.INK, "#006b4f", ""),
    "signals": ("●", "#bfe0f5", svg.INK, svg.BLUE, ""),
}
"""Sign, fill, ink, edge and dashes of a node in each state."""

ROW = 63
NAMES = {
    "MTORC1": "mTORC1", "HIF1A": "HIF-1α", "VEGFA": "VEGF-A", "PDGFB": "PDGF-B",
    "PDGFRB": "PDGFRβ", "MEK1/2": "MEK", "ERK1/2": "ERK", "CTNNB1": "β-catenin",
    "vascular permeability": "leakage", "vessel stabilisation": "firm walls",
    "dendritic cell maturation": "dendritic", "angiogenesis": "new vessels",
    "proliferation": "growth",
}  # fmt: skip
SAID = NAMES | {
    "proliferation": "growth of the tumour cell",
    "angiogenesis": "growth of new vessels",
}
TUMOUR = {
    "HGF": (85, 0), "FGF19": (235, 0), "EGF": (395, 0),
    "MET": (85, 1), "FGFR4": (235, 1), "EGFR": (395, 1),
    "PI3K": (85, 2), "RAS": (275, 2),
    "AKT": (85, 3), "RAF1": (220, 3), "BRAF": (335, 3),
    "MTORC1": (85, 4), "MEK1/2": (275, 4),
    "HIF1A": (85, 5), "ERK1/2": (275, 5), "CTNNB1": (405, 5),
    "invasion": (85, 6), "proliferation": (340, 6),
}  # fmt: skip
VESSEL = {
    "hypoxia": (150, 0), "HIF1A": (150, 1), "PDGFB": (395, 1),
    "VEGFA": (150, 2), "PDGFRB": (395, 2),
    "VEGFR2": (250, 3), "angiogenesis": (243, 4), "vascular permeability": (395, 4),
    "vessel stabilisation": (395, 3),
    "MDSC": (58, 4), "dendritic cell maturation": (156, 5), "CD8 T cell": (84, 6),
}  # fmt: skip
ARROWS = (
    ("HGF", "MET"), ("FGF19", "FGFR4"), ("EGF", "EGFR"), ("MET", "PI3K"), ("MET", "RAS"),
    ("FGFR4", "RAS"), ("EGFR", "RAS"), ("RAS", "PI3K"), ("PI3K", "AKT"), ("RAS", "RAF1"),
    ("RAS", "BRAF"), ("AKT", "MTORC1"), ("RAF1", "MEK1/2"), ("BRAF", "MEK1/2"),
    ("MTORC1", "HIF1A"), ("MEK1/2", "ERK1/2"), ("ERK1/2", "proliferation"),
    ("CTNNB1", "proliferation"),
)  # fmt: skip
AROUND = (
    ("hypoxia", "HIF1A"), ("HIF1A", "VEGFA"), ("VEGFA", "VEGFR2"), ("VEGFR2", "angiogenesis"),
    ("VEGFR2", "vascular permeability"), ("PDGFB", "PDGFRB"),
    ("PDGFRB", "vessel stabilisation"), ("VEGFA", "MDSC"),
)  # fmt: skip
WIDTH, HEIGHT = 480, 478
OUTCOMES = ("proliferation", "ERK1/2", "invasion", "angiogenesis", "CD8 T cell")


class SignalMap(Explorer):
    """Choose a drug and what drives the tumour: what is blocked, and what still signals.

    Examples
    --------
    >>> SignalMap().summary
    'sorafenib: growth ● still signals; new vessels – silent.'
    >>> SignalMap().set(drug="fisogatinib", driver="FGF19")
    'fisogatinib: growth – silent; new vessels ● still signal.'
    """

    title = "What a drug blocks, and what still signals (logic, not chemistry)"
    wide = True

    def __init__(self) -> None:
        super().__init__(
            drug=widgets.Dropdown(options=DRUGS, value="sorafenib", description="Drug"),
            driver=widgets.Dropdown(
                options=(ANY, *INPUTS), value=ANY, description="What drives the tumour cell"
            ),
        )

    def view(self, *, drug: str, driver: str) -> View:  # type: ignore[override]
        """Draw both halves of the map, and say the same in words."""
        return _map(drug, driver)


@cache
def _map(drug: str, driver: str) -> View:
    given = () if drug == NONE else (drug,)
    inputs = set().union(*INPUTS.values()) if driver == ANY else INPUTS[driver]
    fixed = roots() - set().union(*INPUTS.values())
    state = under(*given, drivers=fixed | inputs)
    quiet = {node: state[node] in {"silent", "off"} for node in ("proliferation", "angiogenesis")}
    growth = "– silent" if quiet["proliferation"] else "● still signals"
    vessels = "– silent" if quiet["angiogenesis"] else "● still signal"
    summary = f"{drug}: growth {growth}; new vessels {vessels}."
    halves = (
        _half("In the tumour cell", TUMOUR, ARROWS, (), state),
        _half(
            "In vessel and immune cells",
            VESSEL,
            AROUND,
            (("MDSC", "CD8 T cell"), ("VEGFA", "dendritic cell maturation")),
            state,
        ),
    )
    pair = "".join(f'<div style="flex:1 1 330px;min-width:0">{half}</div>' for half in halves)
    return View(
        summary,
        f'<div style="display:flex;flex-wrap:wrap;gap:6px 10px">{pair}</div>{_key()}'
        f"{_words(given, state)}",
    )


def _half(
    title: str,
    places: dict[str, tuple[int, int]],
    arrows: tuple[tuple[str, str], ...],
    brakes: tuple[tuple[str, str], ...],
    state: State,
) -> str:
    """One half of the map: arrows first, boxes over them."""

    def at(node: str) -> tuple[float, float]:
        x, row = places[node]
        return x, 58 + row * ROW

    alive = {"weaker", "freed", "signals"}
    parts = [svg.text(WIDTH / 2, 22, title, size=20, anchor="middle", bold=True)]
    for source, target in (*arrows, *brakes):
        (x0, y0), (x1, y1) = at(source), at(target)
        live = state[source] in alive
        colour = svg.BLUE if live else svg.MUTED
        along = 0.78 if (source, target) in brakes else 0.62
        tip = (x0 + along * (x1 - x0), y0 + along * (y1 - y0))
        parts.append(
            svg.line([(x0, y0), (x1, y1)], width=4 if live else 2, colour=colour,
                     dash="" if live else "5 6")
        )  # fmt: skip
        if (source, target) in brakes:
            parts.append(
                svg.line([(tip[0] - 12, tip[1]), (tip[0] + 12, tip[1])], width=5, colour=colour)
            )
        elif y1 > y0:
            parts.append(svg.marker(*tip, shape="pointer", size=8, fill=colour))
        else:
            parts.append(svg.text(tip[0], y1 + 7, "◀", size=20, anchor="middle", colour=colour))
    if "invasion" in places:
        live = state["MET"] in alive
        colour, y0, y1 = svg.BLUE if live else svg.MUTED, at("MET")[1], at("invasion")[1]
        way = [(40, y0), (11, y0), (11, y1), (30, y1)]
        parts.append(svg.line(way, width=4 if live else 2, colour=colour,
                              dash="" if live else "5 6"))  # fmt: skip
        parts.append(svg.marker(11, (y0 + y1) / 2, shape="pointer", size=8, fill=colour))
    for node in places:
        x, y = at(node)
        sign, fill, ink, edge, dash = LOOKS[state[node]]
        label = f"{sign} {NAMES.get(node, node)}"
        half = max(52, 6.1 * len(label) + 1.2 * sum(map(str.isupper, label)) + 6)
        corners = [(x - half, y - 19), (x + half, y - 19), (x + half, y + 19), (x - half, y + 19)]
        parts.append(svg.region(corners, fill, opacity=1))
        parts.append(svg.line([*corners, corners[0]], width=2.5, colour=edge, dash=dash))
        parts.append(svg.text(x, y + 7, label, size=19, anchor="middle", colour=ink,
                              bold=state[node] in {"blocked", "freed"}))  # fmt: skip
    desc = "; ".join(f"{NAMES.get(node, node)}: {state[node]}" for node in places)
    return svg.figure(WIDTH, HEIGHT, title, f"{desc}.", *parts)


@cache
def _key() -> str:
    words = "✗ blocked · – silent · ▽ weaker, still signals · ● signals · ▲ freed from its brake"
    return (
        f'<p style="margin:6px 0;font-size:16px">{words}. A bar instead of an arrow: a brake.</p>'
    )


def _words(given: tuple[str, ...], state: State) -> str:
    """The map as text: targets with their potency, and what becomes of each outcome."""
    node_names = re.compile("|".join(rf"\b{re.escape(node)}\b" for node in SAID))
    paths = [node_names.sub(lambda node: SAID[node[0]], state.path(node)) for node in OUTCOMES]
    lines = [f"<li>{escape(path)}</li>" for path in paths]
    said = (
        f'<p style="margin:8px 0 2px"><b>In words</b></p><ul style="margin:0">{"".join(lines)}</ul>'
    )
    if not given:
        return said
    rows = "".join(_row(target, state) for target in targets(given[0]))
    return (
        f'{said}<p style="margin:8px 0 2px"><b>What {escape(given[0])} binds</b> (compare numbers '
        "down this list only, never between drugs)</p>"
        f'<ul style="margin:0">{rows}</ul>'
    )


def _row(target: Target, state: State) -> str:
    drawn = target.target in TUMOUR or target.target in VESSEL
    where = "" if drawn else ", not on this map"
    weak = ", too weak to count" if target.weak else ""
    return (
        f"<li><b>{escape(NAMES.get(target.target, target.target))}</b>{weak}{where} "
        f"[{target.confidence}]: {escape(target.potency)}</li>"
    )


# From dose to escape ------------------------------------------------------------------------------

TKIS = {
    "sorafenib": (Sorafenib, SorafenibEffect),
    "lenvatinib": (Lenvatinib, LenvatinibEffect),
}
MONTHS = 15
DAYS = np.linspace(0, MONTHS * DAYS_PER_MONTH, 61)
HOURS = np.linspace(0, 24, 73)
T = svg.Scale(0, 24, start=74, end=330)
M = svg.Scale(0, MONTHS, start=74, end=470)
S = svg.Scale(0, 120, start=300, end=40)


class Run(NamedTuple):
    """One drug at one dose: its levels, its effect at the start, the levels drawn."""

    found: Exposure
    share: float
    drawn: str


class DoseToEscape(Explorer):
    """From the dose to the level in blood, to a tumour that shrinks and escapes.

    Examples
    --------
    >>> DoseToEscape().set(drug="lenvatinib")
    'lenvatinib: smallest after 2.3 months (46 mm), progression after 7.4 months.'
    >>> DoseToEscape().set(drug="sorafenib", dose_percent=0)
    'sorafenib: never smaller, progression after 2.8 months.'
    """

    title = "From the dose to the escape (a model, not a forecast)"
    wide = True

    def __init__(self) -> None:
        fades = SorafenibEffect.described()["resistance_per_day"].variable
        out = widgets.IntSlider(100, min=50, max=200, step=10)
        out.description = "Clearance (% of the usual)"
        super().__init__(
            drug=widgets.Dropdown(options=list(TKIS), description="Drug"),
            dose_percent=widgets.IntSlider(
                100, min=0, max=200, step=25, description="Dose (% of the label)"
            ),
            clearance_percent=out,
            resistance_per_day=control(replace(fades, step=0.004), value=0.012, low=0, high=0.04),
        )

    def view(  # type: ignore[override]
        self, *, drug: str, dose_percent: int, clearance_percent: int, resistance_per_day: float
    ) -> View:
        """Draw the level over a day, and the sum of diameters over months."""
        run = _run(drug, dose_percent, clearance_percent)
        effect = TKIS[drug][1](resistance_per_day=round(resistance_per_day, 4))
        low = nadir(effect, run.share)
        ends = progression_day(effect, run.share) / DAYS_PER_MONTH
        when = f"after {ends:.1f} months" if ends < 1000 else "never"
        month = low.day / DAYS_PER_MONTH
        least = (
            f"smallest after {month:.1f} months ({low.diameters_mm:.0f} mm)"
            if 0 < month < 1000
            else "never smaller" if month == 0 else "shrinking for ever"
        )  # fmt: skip
        summary = f"{drug}: {least}, progression {when}."
        treated = diameters_mm(effect, DAYS, run.share)
        pair = "".join(
            f'<div style="flex:1 1 290px;min-width:0">{each}</div>'
            for each in (run.drawn, _tumour(effect, treated, month, low, ends, summary))
        )
        words = (
            f"Mean level {_mass(run.found.mean_mg_l)}, before the next dose "
            f"{_mass(run.found.trough_mg_l)}. Effect: {run.share:.0%} of the full one at the start"
        )
        fading = f", half of that after {np.log(2) / resistance_per_day:.0f} days." if (
            resistance_per_day > 0
        ) else ", and it does not fade."  # fmt: skip
        return View(
            summary,
            f'<div style="display:flex;flex-wrap:wrap;gap:6px 10px">{pair}</div>'
            f'<p style="margin:6px 0">{words}{fading}</p>',
        )


@cache
def _run(drug: str, dose_percent: int, clearance_percent: int) -> Run:
    kind, effect = TKIS[drug]
    usual = kind()
    treated = replace(
        usual,
        dose_mg=usual.dose_mg * dose_percent / 100,
        clearance_l_h=usual.clearance_l_h * clearance_percent / 100,
    )
    if not dose_percent:
        nothing = Exposure(0, 0, 0, 0)
        return Run(nothing, 0.0, _level(drug, np.zeros(len(HOURS)), nothing))
    found = exposure(treated)
    within = np.where(HOURS < 24, HOURS % treated.interval_h, treated.interval_h)
    share = float(drug_effect(found.mean_mg_l, effect()))
    return Run(found, share, _level(drug, steady_mg_l(treated, within), found))


def _mass(mg_l: float) -> str:
    return f"{svg.number(mg_l, 2)} mg/L" if mg_l >= 0.5 else f"{mg_l * 1000:.0f} ng/mL"


def _level(drug: str, level_mg_l: Floats, found: Exposure) -> str:
    top = {"sorafenib": 20.0, "lenvatinib": 0.6}[drug]
    y = svg.Scale(0, top, start=300, end=40)
    curve = [(T(h), y(min(c, top))) for h, c in zip(HOURS, level_mg_l, strict=True)]
    half = TKIS[drug][1]().half_effect_mg_l
    parts = [
        svg.axes(T, y, "Hours of one day", "In blood (mg/L)"),
        svg.line([(T(0), y(half)), (T(24), y(half))], colour="#b34e00", dash="8 5", width=2.5),
        svg.text(T(24), y(half) - 8, "half effect", size=17, anchor="end", colour="#8a3c00"),
        svg.line(curve, colour=svg.BLUE, width=4),
    ]
    desc = (
        f"{drug} between {_mass(found.trough_mg_l)} and {_mass(found.peak_mg_l)}; half of "
        f"the effect at a mean of {_mass(half)} [illustrative]."
    )
    return svg.figure(350, 372, "Level in blood within a day of steady treatment", desc, *parts)


def _tumour(
    effect: SorafenibEffect,
    treated: Floats,
    month: float,
    low: tuple[float, float],
    ends: float,
    summary: str,
) -> str:
    def path(sizes: Floats) -> list[tuple[float, float]]:
        inside = sizes <= S.high
        return [(M(d / DAYS_PER_MONTH), S(s)) for d, s in zip(DAYS[inside], sizes[inside],
                                                              strict=True)]  # fmt: skip

    free = path(diameters_mm(effect, DAYS, 0.0))
    parts = [
        svg.axes(M, S, "Months", "Sum of diameters (mm)"),
        svg.line(free, colour=svg.MUTED, dash="8 6", width=2.5),
        svg.text(free[-1][0] - 6, 32, "untreated", size=17, anchor="end", colour=svg.MUTED),
        svg.line(path(treated), colour=svg.BLUE, width=4),
    ]
    if 0 < month < MONTHS:
        parts.append(svg.marker(M(month), S(low[1]), shape="circle", size=9, fill=svg.BLUE))
        parts.append(svg.text(M(month) + 4, S(low[1]) + 30, "smallest", bold=True))
    if ends < MONTHS:
        height = float(np.interp(ends * DAYS_PER_MONTH, DAYS, treated))
        parts.append(svg.marker(M(ends), S(height), shape="diamond", size=10, fill="#b34e00"))
        parts.append(
            svg.text(M(ends) + 14, S(height) + 24, f"progression: {ends:.1f}", bold=True,
                     colour="#8a3c00")
        )  # fmt: skip
    return svg.figure(490, 372, "Sum of the longest diameters", summary, *parts)


# Side effects ------------------------------------------------------------------------------------


def side_effects_table() -> str:
    """Side effects of targeted drugs with their rates, what to do and what must not wait, as HTML.

    Examples
    --------
    >>> side_effects_table().count("<tr>") == len(drug_events()) + 1
    True
    """
    titles = ("side effect", "why", "how often", "what to do", "⚠ red flag")
    head = "".join(f'<th scope="col" style="text-align:left">{title}</th>' for title in titles)
    rows = []
    for event in drug_events():
        often = "<br>".join(
            f'<span style="white-space:nowrap">{escape(str(rate))}</span>' for rate in event.rates
        )
        cells = (escape(event.why), often, escape(event.what_to_do), escape(event.red_flag or "–"))
        rows.append(
            f'<tr><th scope="row" style="text-align:left">{escape(event.name)}</th>'
            + "".join(f'<td style="text-align:left">{cell}</td>' for cell in cells)
            + "</tr>"
        )
    return (
        '<div style="overflow-x:auto"><table style="font-size:16px;min-width:760px">'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )
