"""Explorers that set the staging systems side by side: one patient, one map, one path of treatment.

Every stage, limit and option shown comes from the rule tables and the texts of the guidelines;
nothing here decides anything.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache, partial
from html import escape
from itertools import groupby, pairwise
from typing import Any, NamedTuple

import ipywidgets as widgets

from hcclab import tumour_burden as burden
from hcclab import variables
from hcclab.criteria import Interval, unique
from hcclab.explorers import svg
from hcclab.explorers.base import Explorer, View, control
from hcclab.intake import Patient
from hcclab.liver_function import CHILD_PUGH_CLASS, CHILD_PUGH_POINTS
from hcclab.rules import Points, Rule, RuleTable
from hcclab.staging import (
    AJCC_8,
    BCLC_2022,
    CLIP,
    CNLC,
    HKLC,
    ITA_LI_CA,
    ITA_LI_CA_QUARTILE,
    ITA_LI_CA_TUMOUR,
    JIS,
    LCSGJ,
    OKUDA,
)
from hcclab.treatment import Option, StageText, stage_text, treatment_path

Values = Mapping[str, Any]


class Staging(NamedTuple):
    """A staging system as a row of boxes: its table or points, and its stages, mildest first."""

    name: str
    rule: RuleTable | Points
    stages: tuple[str, ...]
    treats: str = ""
    beside: RuleTable | Points | None = None

    @property
    def mark(self) -> str:
        return _mark(self.rule)

    def possible(self, patient: Values) -> tuple[str, ...]:
        """Stages that the patient may have: one if all that matters is known."""
        return _possible(self.rule, patient)


def _mark(rule: RuleTable | Points) -> str:
    """How far the rule was checked, where that is less than verified."""
    confidence = rule.source.confidence
    return "" if confidence.startswith("verified") else f" ({confidence})"


def _possible(rule: RuleTable | Points, patient: Values) -> tuple[str, ...]:
    if isinstance(rule, RuleTable):
        return tuple(map(str, rule.possible(patient)))
    points = rule.evaluate(patient)
    if isinstance(points, Interval):
        return tuple(str(number) for number in range(int(points.low), int(points.high) + 1))
    return (str(points),)


SYSTEMS = (
    Staging("BCLC 2022", BCLC_2022, ("0", "A", "B", "C", "D"), "bclc"),
    Staging("CNLC", CNLC, ("Ia", "Ib", "IIa", "IIb", "IIIa", "IIIb", "IV"), "cnlc"),
    Staging(
        "HKLC", HKLC, ("I", "IIa", "IIb", "IIIa", "IIIb", "IVa", "IVb", "Va", "Vb"), "hklc"
    ),
    Staging("AJCC 8", AJCC_8, ("IA", "IB", "II", "IIIA", "IIIB", "IVA", "IVB")),
    Staging("Okuda", OKUDA, ("I", "II", "III")),
    Staging("CLIP points", CLIP, tuple(map(str, range(7)))),
    Staging("JIS points", JIS, tuple(map(str, range(6))), beside=LCSGJ),
    Staging("ITA.LI.CA quartile", ITA_LI_CA_QUARTILE, ("1", "2", "3", "4"), beside=ITA_LI_CA),
)  # fmt: skip
BY_NAME = {system.name: system for system in SYSTEMS}
MAPPED = BY_NAME | {
    "LCSGJ (Japanese TNM)": Staging(
        "LCSGJ (Japanese TNM)", LCSGJ, ("I", "II", "III", "IVA", "IVB")
    ),
    "ITA.LI.CA tumour stage": Staging(
        "ITA.LI.CA tumour stage", ITA_LI_CA_TUMOUR, ("0", "A", "B1", "B2", "B3", "C")
    ),
}
BESIDE = {LCSGJ: "LCSGJ stage", ITA_LI_CA: "ITA.LI.CA points"}
EDITIONS = {"bclc": "2025", "cnlc": "2026", "hklc": "2014"}

# The invented patients ----------------------------------------------------------------------------

_CLEAR = {"encephalopathy_grade": 0, "inr": 1.1}
_LIVERS = {
    "well": _CLEAR | {"bilirubin_umol_l": 14, "albumin_g_l": 40, "ascites": "none"},
    "ill": _CLEAR | {"bilirubin_umol_l": 40, "albumin_g_l": 30, "ascites": "mild"},
    "very ill": _CLEAR
    | {"bilirubin_umol_l": 60, "albumin_g_l": 25, "ascites": "moderate_severe"},
}  # fmt: skip
_IN_THE_VEIN = {
    "macrovascular_invasion": True,
    "vascular_invasion": "major",
    "portal_vein_thrombosis": True,
    "intrahepatic_vascular_invasion": True,
    "vascular_or_bile_duct_invasion": True,
}
_IN_THE_BONE = {
    "extrahepatic_spread": True,
    "m": True,
    "n": False,
    "adjacent_organ": False,
    "perforated_visceral_peritoneum": False,
    "extrahepatic_vascular_invasion_or_metastasis": True,
}
ASSUMED = (
    "Taken for granted: the tumours fill a fifth of the liver, a tumour in the vein lies in the "
    "main right portal branch, spread means one metastasis in a bone, lost performance is the "
    "tumour's doing, and a transplant is no option."
)


def _findings(liver: str, ecog: int, vein: bool, spread: bool) -> dict[str, Any]:
    """Everything but tumours and AFP, with the details that single systems ask for."""
    values: dict[str, Any] = {
        "macrovascular_invasion": False,
        "extrahepatic_spread": False,
        "liver_involvement_percent": 20,
        "ecog": ecog,
        **_LIVERS[liver],
    }
    if vein:
        values |= _IN_THE_VEIN
    if spread:
        values |= _IN_THE_BONE
    if vein or spread:
        values["vascular_invasion_or_metastasis"] = "extrahepatic" if spread else "intrahepatic"
        values.setdefault("extrahepatic_vascular_invasion_or_metastasis", False)
    return values


def _liver_choices() -> list[tuple[str, str]]:
    return [
        (
            f"{name}: Child-Pugh {CHILD_PUGH_CLASS.decide(values)}, "
            f"{CHILD_PUGH_POINTS.evaluate(values)} points",
            name,
        )
        for name, values in _LIVERS.items()
    ]


def _tumours(count: int, size: float) -> str:
    text = variables.largest_tumour_cm.show(size)
    return f"One tumour of {text}" if count == 1 else f"{count} tumours, the largest {text}"


def _afp(value: float) -> widgets.FloatSlider:
    """The slider of AFP in steps that end on the limits in use: 100, 200, 400, 500, 1000."""
    made = control(variables.afp_ng_ml, value=value, low=50, high=2000)
    made.step = 50
    return made


# One patient, every system ------------------------------------------------------------------------


class SystemsBoard(Explorer):
    """One patient in eight staging systems, with what the guidelines among them offer first.

    Examples
    --------
    >>> SystemsBoard().set(tumour_count=1, largest_tumour_cm=2.0)
    'One tumour of 2.0 cm: BCLC 0, CNLC Ia, HKLC I (from memory). Ablation is named in all three.'
    >>> SystemsBoard().set(ecog=2).partition(". ")[2]
    'No treatment is named in all three.'
    """

    title = "One patient, eight systems"

    def __init__(self) -> None:
        super().__init__(
            largest_tumour_cm=control(variables.largest_tumour_cm, value=4.5, low=0.5, high=10),
            tumour_count=control(variables.tumour_count, value=2),
            afp_ng_ml=_afp(250),
            ecog=control(variables.ecog, value=0),
            liver=widgets.Dropdown(options=_liver_choices(), description="Liver"),
            macrovascular_invasion=control(variables.macrovascular_invasion, value=False),
            extrahepatic_spread=control(variables.extrahepatic_spread, value=False),
        )

    def view(  # type: ignore[override]
        self,
        *,
        largest_tumour_cm: float,
        tumour_count: int,
        afp_ng_ml: float,
        ecog: int,
        liver: str,
        macrovascular_invasion: bool,
        extrahepatic_spread: bool,
    ) -> View:
        size = round(largest_tumour_cm, 1)
        patient = Patient.read(
            _findings(liver, ecog, macrovascular_invasion, extrahepatic_spread)
            | {"largest_tumour_cm": size, "tumour_count": tumour_count, "afp_ng_ml": afp_ng_ml}
        )
        found = {system: system.possible(patient) for system in SYSTEMS}
        guides = {system: stages for system, stages in found.items() if system.treats}
        said = ", ".join(
            f"{system.name.split()[0]} {' or '.join(stages)}{system.mark}"
            for system, stages in guides.items()
        )
        summary = (
            f"{_tumours(tumour_count, size)}: {said}. "
            f"{_in_common([_offers(system, stages) for system, stages in guides.items()])}"
        )
        rows = "".join(
            _row(system, stages, _beside(system, patient)) for system, stages in found.items()
        )
        return View(summary, f'{rows}<p style="font-size:15px;margin:8px 0 0">{ASSUMED}</p>')


def _offers(system: Staging, stages: Iterable[str]) -> tuple[str, ...]:
    """Every treatment that the guideline names for these stages, the first options first."""
    rows = [row for stage in stages for row in _texts(system.treats, stage)]
    firsts = [row.options[0] for row in rows]
    return unique([*firsts, *(option for row in rows for option in row.options)])


def _in_common(offers: Sequence[Collection[str]]) -> str:
    shared = [option for option in offers[0] if all(option in other for other in offers[1:])]
    if not shared:
        return "No treatment is named in all three."
    *others, last = shared
    listed = f"{', '.join(others)} and {last}" if others else last
    verb = "are" if others else "is"
    return f"{listed[0].upper()}{listed[1:]} {verb} named in all three."


@cache
def _texts(key: str, stage: str) -> tuple[StageText, ...]:
    return stage_text(key, stage, EDITIONS[key])


def _beside(system: Staging, patient: Values) -> str:
    if system.beside is None:
        return ""
    return f"{BESIDE[system.beside]} {' or '.join(_possible(system.beside, patient))}"


@cache
def _row(system: Staging, stages: tuple[str, ...], beside: str) -> str:
    said = f"{system.name}: {' or '.join(stages)} of {', '.join(system.stages)}"
    return (
        '<div style="display:flex;flex-wrap:wrap;align-items:center;gap:2px 12px;'
        f'padding:3px 0;border-top:1px solid {svg.GRID}">'
        f'<div style="flex:0 0 118px"><strong>{system.name}</strong>{system.mark}</div>'
        f'<div role="img" aria-label="{said}" style="flex:1 1 200px;min-width:0;'
        'display:flex;flex-wrap:wrap;gap:3px">'
        f"{' '.join(_box(stage, stages) for stage in system.stages)}</div>"
        '<div style="flex:1.15 1 215px;min-width:0;font-size:16px">'
        f"{_suggestion(system, stages, beside)}</div></div>"
    )


def _box(stage: str, active: Collection[str]) -> str:
    look = f"border:1px solid {svg.MUTED};color:{svg.MUTED}"
    words = stage
    if stage in active:
        look = f"border:3px solid {svg.BLUE};background:{svg.BLUE};color:#fff;font-weight:700"
        words = f"<strong>{stage}</strong>"
        if len(active) > 1:
            look = f"border:3px dashed {svg.INK};font-weight:700"
    return (
        '<span style="flex:1 0 26px;text-align:center;border-radius:5px;'
        f'padding:3px 0;font-size:16px;{look}">{words}</span>'
    )


def _suggestion(system: Staging, stages: tuple[str, ...], beside: str) -> str:
    if not system.treats:
        return f"{beside}; tells outlook only" if beside else "tells outlook only"
    rows = [row for stage in stages for row in _texts(system.treats, stage)]
    firsts = unique(row.options[0] for row in rows)
    marks = {row.options[0]: row.confidence for row in rows}
    named = " or ".join(
        f"<strong>{escape(first)}</strong>"
        + ("" if marks[first].startswith("verified") else f" [{marks[first]}]")
        for first in firsts
    )
    others = [o for o in unique(o for row in rows for o in row.options) if o not in firsts]
    further = f"<br>also {escape(', '.join(others))}" if others else ""
    return f"→ {named}{further}"


# The map of size and number, for every system -----------------------------------------------------

SMALLEST, LARGEST = 0.5, 10.0
MOST = 7
STEP = variables.largest_tumour_cm.step
ROW = 42
X = svg.Scale(0, LARGEST, start=62, end=506)
FLOOR = 12 + MOST * ROW
INSIDE = {"in", "within_milan", "eligible"}

EVERYBODY = {
    "fit, liver well": ("well", 0, False, False),
    "ECOG 1 by the tumour": ("well", 1, False, False),
    "ECOG 2 by the tumour": ("well", 2, False, False),
    "liver ill (Child-Pugh B)": ("ill", 0, False, False),
    "liver very ill (Child-Pugh C)": ("very ill", 0, False, False),
    "tumour in a portal branch": ("well", 0, True, False),
    "a metastasis in a bone": ("well", 0, False, True),
}

# The French points presuppose what the other criteria ask: nothing in a vein, no spread.
FRENCH = RuleTable(
    "french_afp_model_confined",
    "French AFP model",
    burden.FRENCH_AFP_RISK.source,
    rules=[
        Rule(
            "in",
            (burden.FRENCH_AFP_RISK == "low")
            & ~variables.macrovascular_invasion
            & ~variables.extrahepatic_spread,
        ),
        Rule("out"),
    ],
)
CRITERIA = {
    "Milan": burden.MILAN,
    "UCSF": burden.UCSF,
    "up-to-seven": burden.UP_TO_7,
    "Metroticket 2.0": burden.METROTICKET_2,
    "French AFP model": FRENCH,
    "Hangzhou": burden.HANGZHOU,
    "volume and AFP": burden.TTV_AFP,
    "Fudan": burden.FUDAN,
    "Asan": burden.ASAN,
    "Tokyo 5-5": burden.TOKYO_5_5,
    "Japan 5-5-500": burden.JAPAN_5_5_500,
    "Kyoto": burden.KYOTO,
    "Kyushu": burden.KYUSHU,
    "Samsung": burden.SAMSUNG,
    "Navarra": burden.CUN,
    "Onaca": burden.ONACA,
    "Barcelona": burden.BARCELONA_EXPANDED,
    "Toronto": burden.TORONTO,
    "UNOS downstaging": burden.UNOS_DOWNSTAGING,
}
_VERDICTS = {True: "inside", False: "outside", None: "open"}

Run = tuple[Any, float, float]
"""An outcome, with the smallest and the largest size of one row of the map that have it."""


class SystemsMap(Explorer):
    """The stages of any system over size and number, with one set of transplant criteria on top.

    Examples
    --------
    >>> SystemsMap().set(system="CNLC", largest_tumour_cm=5.1, tumour_count=1)
    'One tumour of 5.1 cm: CNLC Ib, outside Milan.'
    """

    title = "The map again: stages of one system, outline of one transplant list"

    def __init__(self) -> None:
        super().__init__(
            system=widgets.Dropdown(options=list(MAPPED), description="Stages of"),
            criteria=widgets.Dropdown(options=list(CRITERIA), description="Outline of"),
            everybody=widgets.Dropdown(
                options=list(EVERYBODY), description="Everybody on the map"
            ),
            largest_tumour_cm=control(
                variables.largest_tumour_cm, value=4.5, low=SMALLEST, high=LARGEST
            ),
            tumour_count=control(variables.tumour_count, value=2, high=MOST),
            afp_ng_ml=_afp(50),
        )  # fmt: skip

    def view(  # type: ignore[override]
        self,
        *,
        system: str,
        criteria: str,
        everybody: str,
        largest_tumour_cm: float,
        tumour_count: int,
        afp_ng_ml: float,
    ) -> View:
        size = round(largest_tumour_cm, 1)
        shown, table = MAPPED[system], CRITERIA[criteria]
        patient = _on_the_map(everybody, afp_ng_ml, tumour_count, size)
        stages = shown.possible(patient)
        verdict = _VERDICTS[_inside(table, patient)]
        list_name = f"{criteria}{_mark(table)}"
        where = f"{list_name} stays open" if verdict == "open" else f"{verdict} {list_name}"
        summary = (
            f"{_tumours(tumour_count, size)}: {system} {' or '.join(stages)}{shown.mark}, {where}."
        )
        at, row = X(size), FLOOR - (tumour_count - 1) * ROW - 12
        drawn = _region(shown, everybody, _band(shown.rule, afp_ng_ml))
        line = _outline(criteria, everybody, _band(table, afp_ng_ml))
        picture = svg.figure(
            520,
            FLOOR + 66,
            f"Stages of {system} by size and number, with the outline of {criteria}",
            f"{summary} {drawn.words} {line.words}",
            drawn.picture,
            line.picture,
            svg.marker(at, row, shape="diamond", size=9),
        )
        reached = [stage for stage in shown.stages if stage in drawn.stages]
        beside = _reached(shown, tuple(reached), stages) + _lists(
            tuple(_inside(each, patient) for each in CRITERIA.values())
        )
        return View(
            summary,
            '<div style="display:flex;flex-wrap:wrap;gap:4px 16px">'
            f'<div style="flex:1 1 440px;min-width:0">{picture}</div>'
            f'<div style="flex:1 1 215px;min-width:0">{beside}</div></div>',
        )


@cache
def _background(everybody: str) -> Patient:
    return Patient.read(_findings(*EVERYBODY[everybody]))


@cache
def _diameters(count: int, size: float) -> Patient:
    return Patient.read({"tumour_diameters_cm": [size] * count})


def _on_the_map(everybody: str, afp: float, count: int, size: float) -> Values:
    """A patient whose tumours are all as large as the largest."""
    return Patient(
        {**_background(everybody), **_diameters(count, size), variables.afp_ng_ml.name: afp}
    )


def _inside(table: RuleTable, patient: Values) -> bool | None:
    inside = {outcome in INSIDE for outcome in table.possible(patient)}
    return inside.pop() if len(inside) == 1 else None


@cache
def _afp_limits(rule: RuleTable | Points) -> tuple[float, ...]:
    cuts = rule.cuts(variables.afp_ng_ml.name, None, _background(next(iter(EVERYBODY))))
    return tuple(sorted({float(cut) for cut in cuts}))


def _band(rule: RuleTable | Points, afp: float) -> float:
    """An AFP that stands for all that no limit of the rule tells apart: one drawing for all."""
    below = [limit for limit in _afp_limits(rule) if limit <= afp]
    if not below:
        return variables.afp_ng_ml.usual[0]
    return below[-1] if afp == below[-1] else below[-1] + variables.afp_ng_ml.step


def _runs(
    judge: Callable[[Values], Any], everybody: str, afp: float, count: int
) -> tuple[Run, ...]:
    """Cut the sizes of one row into runs of one outcome; larger is never better, so halving does.

    Only where the two ends of a stretch differ is it looked into.
    """

    def decide(step: int) -> Any:
        return judge(_on_the_map(everybody, afp, count, round(step * STEP, 1)))

    last = round(LARGEST / STEP)
    known = {1: decide(1), last: decide(last)}
    stretches = [(1, last)]
    while stretches:
        low, high = stretches.pop()
        if high - low > 1 and known[low] != known[high]:
            middle = (low + high) // 2
            known[middle] = decide(middle)
            stretches += [(low, middle), (middle, high)]
    runs = []
    for outcome, steps in groupby(sorted(known), key=known.__getitem__):
        among = list(steps)
        runs.append((outcome, round(among[0] * STEP, 1), round(among[-1] * STEP, 1)))
    return tuple(runs)


def _edge(size: float) -> float:
    """Pixel of the limit behind a size, half a step on: a patient exactly on it stands inside."""
    return X(min(size + STEP / 2, LARGEST)) if size >= STEP else X.start


class Drawn(NamedTuple):
    """A layer of the map, the same in words, and the stages on it."""

    picture: str
    words: str
    stages: frozenset[str] = frozenset()


@cache
def _region(system: Staging, everybody: str, afp: float) -> Drawn:
    """Every stage of one system over the map: the worse, the darker."""
    parts, said, on_map = [], [], set()
    for count in range(1, MOST + 1):
        top = FLOOR - count * ROW
        runs = _runs(system.possible, everybody, afp, count)
        for stages, smallest, largest in runs:
            name = " or ".join(stages)
            on_map.update(stages)
            left, right = _edge(smallest - STEP), _edge(largest)
            worst = max(system.stages.index(stage) for stage in stages)
            shade = 0.04 + 0.5 * worst / (len(system.stages) - 1)
            parts.append(
                f'<rect x="{left:.1f}" y="{top}" width="{right - left:.1f}" height="{ROW}" '
                f'fill="{svg.VERMILLION}" fill-opacity="{shade:.2f}" stroke="{svg.INK}"/>'
            )
            parts.append(svg.text(left + 7, top + 19, name, size=18, bold=True))
        parts.append(svg.text(56, top + ROW / 2 + 6, str(count), anchor="end"))
        limits = [
            f"{' or '.join(s)} up to {svg.number(most, decimals=1)} cm" for s, _, most in runs
        ]
        limits[-1] = f"{' or '.join(runs[-1][0])}{' beyond' * (len(runs) > 1)}"
        said.append(f"{count}: {', '.join(limits)}")
    for value in range(int(LARGEST) + 1):
        parts.append(svg.text(X(value), FLOOR + 24, str(value), anchor="middle"))
    middle = (X.start + X.end) / 2
    parts.append(svg.text(middle, FLOOR + 52, "Largest tumour (cm)", anchor="middle", bold=True))
    parts.append(
        svg.text(22, FLOOR / 2 + 6, "Number of tumours", anchor="middle", bold=True, turn=-90)
    )
    words = f"Stage by number of tumours. {'; '.join(said)}."
    return Drawn("".join(parts), words, frozenset(on_map))


@cache
def _outline(criteria: str, everybody: str, afp: float) -> Drawn:
    """A dashed line around what the criteria accept, or around what they may accept."""
    table = CRITERIA[criteria]
    rows = [_runs(partial(_inside, table), everybody, afp, count) for count in range(1, MOST + 1)]
    certain, possible = (
        [max((most for verdict, _, most in runs if verdict in held), default=0.0) for runs in rows]
        for held in ([True], [True, None])
    )
    reach, word = (certain, "inside") if any(certain) else (possible, "perhaps inside")
    if not any(reach):
        nothing = svg.text(X.end - 8, 32, f"nobody is inside {criteria}", size=15, anchor="end",
                           bold=True, colour=svg.BLUE)  # fmt: skip
        return Drawn(nothing, f"Nobody is inside {criteria}.")
    ends = [_edge(most) for most in reach]
    first = next(i for i, end in enumerate(ends) if end > X.start)
    stairs = [(ends[first], float(FLOOR - first * ROW))]
    for count, (end, above) in enumerate(pairwise([*ends, X.start]), start=1):
        if end > X.start:
            stairs += [(end, FLOOR - count * ROW), (above, FLOOR - count * ROW)]
    words = f"{word} {criteria}"
    within = ends[first] - 9 * len(words) > X.start
    label = svg.text(
        ends[first] + (-9 if within else 9), FLOOR - first * ROW - 6, words,
        size=15, anchor="end" if within else "start", bold=True, colour=svg.BLUE,
    )  # fmt: skip
    said = ", ".join(
        f"{count} up to {svg.number(most, decimals=1)} cm"
        for count, most in enumerate(reach, start=1)
        if most
    )
    return Drawn(
        svg.line(stairs, width=5, colour=svg.BLUE, dash="11 5") + label,
        f"{word.capitalize()} {criteria}: {said}.",
    )


@cache
def _reached(system: Staging, reached: tuple[str, ...], here: tuple[str, ...]) -> str:
    """The stages of the system as boxes, those that nobody on the map has crossed out."""
    boxes = "".join(
        f'<span style="padding:2px 9px;border-radius:5px;{_look(stage, reached, here)}">'
        f"{f'<s>{stage}</s>' if stage not in reached else stage}</span> "
        for stage in system.stages
    )
    nobody = [stage for stage in system.stages if stage not in reached]
    absent = f"Nobody on this map: {', '.join(nobody)}." if nobody else "All are on this map."
    return (
        '<p style="margin:0 0 4px"><strong>Stages, mildest first:</strong></p>'
        f'<div style="display:flex;flex-wrap:wrap;gap:4px">{boxes}</div>'
        f'<p style="margin:4px 0">{absent}</p>'
    )


def _look(stage: str, reached: Collection[str], here: Collection[str]) -> str:
    if stage in here:
        return f"background:{svg.BLUE};color:#fff;border:2px solid {svg.BLUE};font-weight:700"
    if stage in reached:
        return f"border:2px solid {svg.INK}"
    return f"border:1px dashed {svg.MUTED};color:{svg.MUTED}"


@cache
def _lists(verdicts: tuple[bool | None, ...]) -> str:
    """Tell for every set of criteria where the patient stands."""
    lines = []
    for verdict, sign in ((True, "✓ inside"), (False, "✗ outside"), (None, "? open")):
        names = [
            f"{name}{_mark(table)}"
            for (name, table), each in zip(CRITERIA.items(), verdicts, strict=True)
            if each is verdict
        ]
        if names:
            reason = (
                ": a biopsy, the blood marker DCP or the course so far is missing"
                if verdict is None
                else ""
            )
            lines.append(f"<strong>{sign}</strong> {', '.join(names)}{reason}")
    return f'<p style="font-size:16px;margin:4px 0">{"<br>".join(lines)}</p>'


# What a stage suggests ----------------------------------------------------------------------------


class TreatmentPath(Explorer):
    """The options of a BCLC stage from left to right: treatment migrates, the stage stays.

    Examples
    --------
    >>> TreatmentPath().set(bclc="B", crossed_out=1, edition="2022")
    'Stage B, 1 option not feasible: next is TACE, an option of stage B. The stage stays B.'
    """

    title = "Treatment stage migration"

    def __init__(self) -> None:
        super().__init__(
            bclc=control(variables.bclc, value="A"),
            crossed_out=widgets.IntSlider(0, max=7, description="Options that are not feasible"),
            edition=widgets.Dropdown(
                options=[("2025 update", "2025"), ("2022", "2022")], description="Edition of BCLC"
            ),
        )

    def view(  # type: ignore[override]
        self, *, bclc: str, crossed_out: int, edition: str
    ) -> View:
        path = treatment_path(bclc, edition)
        gone = min(crossed_out, len(path) - 1)
        here = path[gone]
        lost = f", {gone} option{'s' * (gone > 1)} not feasible" if gone else ""
        step = "next" if gone else "first"
        summary = (
            f"Stage {bclc}{lost}: {step} is {here.treatment}, an option of stage {here.stage}. "
            f"The stage stays {bclc}."
        )
        return View(summary, _path(path, gone) + _rows(bclc, edition))


@cache
def _path(path: tuple[Option, ...], gone: int) -> str:
    parts = []
    for place, option in enumerate(path):
        look, sign, words = f"border:1px solid {svg.MUTED}", "", escape(option.treatment)
        if place < gone:
            look = f"border:1px dashed {svg.MUTED};color:{svg.MUTED}"
            sign, words = "✗ ", f"<s>{words}</s>"
        elif place == gone:
            look = f"border:4px solid {svg.BLUE};background:#fff3c4"
            sign, words = "▶ ", f"<strong>{words}</strong>"
        parts.append(
            f'<li style="{look};border-radius:8px;padding:6px 12px">'
            f'{sign}{words}<br><span style="font-size:15px">stage {option.stage}</span></li>'
        )
    arrow = '<li aria-hidden="true" style="align-self:center">→</li>'
    return (
        '<ol style="list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:8px">'
        f"{arrow.join(parts)}</ol>"
    )


def _listed(options: Sequence[str]) -> str:
    first, *others = options
    return f"{first}; also {', '.join(others)}" if others else first


@cache
def _rows(stage: str, edition: str) -> str:
    """What the edition says of the stage, part by part."""
    rows = stage_text("bclc", stage, edition)
    lines = []
    for row in rows:
        part = row.condition or "the whole stage"
        note = f" {row.note[0].upper()}{row.note[1:]}." if row.note else ""
        lines.append(
            f"<li><strong>{escape(part)}:</strong> {escape(_listed(row.options))}."
            f"{escape(note)} [{row.confidence}]</li>"
        )
    survival = rows[0].expected_survival
    return (
        f'<p style="margin:12px 0 4px">BCLC {edition}, stage {stage}, expected survival with '
        f'treatment {escape(survival)}:</p><ul style="margin:0;padding-left:1.2em;font-size:16px">'
        f"{''.join(lines)}</ul>"
    )
