"""Explorers of the surgery lesson: what a resection leaves, who may wait for a liver, recurrence.

Limits, extents and lists come from the rule tables, survival from `hcclab.evidence`; nothing here
decides anything.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from html import escape
from typing import Any, NamedTuple

import ipywidgets as widgets

from hcclab import data
from hcclab import tumour_burden as burden
from hcclab import variables as v
from hcclab.evidence import KaplanMeier, kaplan_meier, p_text
from hcclab.explorers import svg
from hcclab.explorers.base import Explorer, View, control
from hcclab.explorers.staging_systems import CRITERIA, INSIDE
from hcclab.explorers.survival import COLOURS, DASHES, Y, axes, staircase
from hcclab.intake import Patient
from hcclab.resection import MAKUUCHI, REMNANT, liver_volume_vauthey
from hcclab.rules import RuleTable

# The remnant planner ------------------------------------------------------------------------------


class Operation(NamedTuple):
    """A resection: its segments, the extent that Makuuchi's table calls it, where the tumour is."""

    segments: tuple[int, ...]
    extent: str
    tumour_in: int


NOTHING, ENUCLEATION, LIMITED, SEGMENT, SECTION, LARGEST = MAKUUCHI.outcomes
OPERATIONS = {
    "wedge around a tumour in segment 6": Operation((), LIMITED, 6),
    "segmentectomy: 6": Operation((6,), SEGMENT, 6),
    "right posterior sectionectomy: 6, 7": Operation((6, 7), SECTION, 7),
    "left lateral sectionectomy: 2, 3": Operation((2, 3), SECTION, 3),
    "left hemihepatectomy: 2, 3, 4": Operation((2, 3, 4), SECTION, 4),
    "right hemihepatectomy: 5 to 8": Operation((5, 6, 7, 8), LARGEST, 8),
    "left trisectionectomy: 2, 3, 4, 5, 8": Operation((2, 3, 4, 5, 8), LARGEST, 4),
    "right trisectionectomy: 4 to 8": Operation((4, 5, 6, 7, 8), LARGEST, 8),
}
SHORT = {
    NOTHING: "nothing",
    ENUCLEATION: "enucleation",
    LIMITED: "limited (a wedge)",
    SEGMENT: "segmentectomy",
    SECTION: "sectionectomy, left half",
    LARGEST: "right half and more",
}
LIVERS = {"normal": "normal", "chemo_gt_3_months": "long chemotherapy", "cirrhosis": "cirrhosis"}
BODY_M2 = 1.8
WEDGE_PERCENT = 3
"""A wedge in this drawing [illustrative]."""

# Seen from the front, so that the patient's right is on the left, as on a scan.
SHAPES = {
    7: [(30, 150), (60, 70), (130, 28), (140, 158), (32, 162)],
    6: [(32, 162), (140, 158), (150, 298), (110, 300), (50, 262)],
    8: [(130, 28), (190, 17), (240, 18), (252, 152), (140, 158)],
    5: [(140, 158), (252, 152), (265, 268), (220, 286), (150, 298)],
    4: [(240, 18), (300, 32), (350, 46), (370, 215), (300, 252), (265, 268), (252, 152)],
    2: [(350, 46), (400, 50), (480, 62), (560, 80), (606, 104), (360, 130)],
    3: [(360, 130), (606, 104), (600, 124), (520, 165), (430, 192), (370, 215)],
    1: [(272, 98), (300, 90), (326, 100), (330, 126), (306, 138), (276, 130)],
}
NAMES_AT = {7: (86, 112), 6: (98, 232), 8: (192, 90), 5: (204, 222), 4: (318, 192), 2: (440, 96),
            3: (474, 146), 1: (301, 122)}  # fmt: skip
TUMOURS = {6: (72, 190), 7: (104, 146), 3: (410, 176), 4: (284, 226), 8: (218, 128)}
PERCENT = svg.Scale(0, 100, start=30, end=610)
LIVER_WIDTH, LIVER_HEIGHT = 640, 438


class RemnantPlanner(Explorer):
    """Choose a resection, and see whether the rest suffices by volume and by function.

    Examples
    --------
    >>> RemnantPlanner().set(operation="right hemihepatectomy: 5 to 8", icg_r15_percent=8.0)
    'Right hemihepatectomy leaves 36 %. Volume ✓ enough (20 %). Function ✓ allowed.'
    >>> RemnantPlanner().set(operation="segmentectomy: 6", icg_r15_percent=35.0)
    'Segmentectomy leaves 91 %. Volume ✓ enough (20 %). Function ✗ too much.'
    """

    title = "Plan a resection: does enough stay, and does it work?"

    def __init__(self) -> None:
        operation = "right hemihepatectomy: 5 to 8"
        super().__init__(
            operation=widgets.Dropdown(
                options=[(_brief(name), name) for name in OPERATIONS],
                value=operation,
                description="Take out",
            ),
            liver_background=control(v.liver_background, value="normal"),
            icg_r15_percent=control(v.icg_r15_percent, value=8.0, low=2, high=50),
            bilirubin_mg_dl=control(v.bilirubin_mg_dl, value=0.8, low=0.3, high=2.5),
            uncontrolled_ascites=control(v.uncontrolled_ascites, value=False),
        )

    def view(  # type: ignore[override]
        self,
        *,
        operation: str,
        liver_background: str,
        icg_r15_percent: float,
        bilirubin_mg_dl: float,
        uncontrolled_ascites: bool,
    ) -> View:
        """Draw what stays, its share against the limits, and what the function allows."""
        plan, name = OPERATIONS[operation], operation.split(":")[0].split(" around")[0]
        stays = left_percent(operation)
        enough = decide_remnant(liver_background, stays)
        allowed = str(
            MAKUUCHI.decide(
                {
                    "uncontrolled_ascites": uncontrolled_ascites,
                    "bilirubin_mg_dl": round(bilirubin_mg_dl, 2),
                    "icg_r15_percent": round(icg_r15_percent, 1),
                }
            ).outcome
        )
        fits = MAKUUCHI.outcomes.index(plan.extent) <= MAKUUCHI.outcomes.index(allowed)
        limit = limit_percent(liver_background)
        volume = f"{'✓ enough' if enough else '✗ too little'} ({limit} %)"
        summary = (
            f"{name[0].upper()}{name[1:]} leaves {stays} %. Volume {volume}. "
            f"Function {'✓ allowed' if fits else '✗ too much'}."
        )
        picture = _liver(operation, liver_background, enough)
        return View(summary, _beside(picture, _ladder(plan.extent, allowed, fits)))


def _beside(picture: str, words: str) -> str:
    """A picture with words to its right, or below it on a narrow screen."""
    return (
        '<div style="display:flex;flex-wrap:wrap;gap:4px 16px">'
        f'<div style="flex:1000 1 460px;min-width:0;max-width:660px">{picture}</div>'
        f'<div style="flex:1 1 230px;min-width:0">{words}</div></div>'
    )


def _brief(operation: str) -> str:
    """A name that fits a drop-down list beside the picture."""
    name = operation.replace("sectionectomy:", "section:").replace("5 to 8", "5–8")
    return (
        name.replace("4 to 8", "4–8")
        .replace("2, 3, 4, 5, 8", "2–5, 8")
        .replace("around a tumour in", "out of")
    )


@cache
def _shares() -> dict[int, int]:
    rows = data.records("liver_segments")
    return {int(row["segment"]): int(row["share_percent"]) for row in rows}


def left_percent(operation: str) -> int:
    """Share of the drawn liver that a resection leaves, %.

    Examples
    --------
    >>> left_percent("right hemihepatectomy: 5 to 8")
    36
    """
    taken = sum(_shares()[segment] for segment in OPERATIONS[operation].segments)
    return 100 - (taken or WEDGE_PERCENT)


def decide_remnant(liver_background: str, percent: float) -> bool:
    """Tell whether the table of limits calls a share sufficient."""
    found = REMNANT.decide({"liver_background": liver_background, "sflr_percent": percent})
    return bool(found.outcome == "sufficient")


@cache
def limit_percent(liver_background: str) -> int:
    """Find the smallest whole share that the table of limits calls sufficient, %.

    Examples
    --------
    >>> limit_percent("cirrhosis")
    40
    """
    return next(share for share in range(101) if decide_remnant(liver_background, share))


@cache
def _liver(operation: str, background: str, enough: bool) -> str:
    """The liver in segments, the part taken out in dashes, and the remnant on its scale."""
    plan, parts = OPERATIONS[operation], []
    for segment in plan.segments:
        corners = SHAPES[segment]
        parts.append(svg.region(corners, "#fff", opacity=1))
        parts.append(svg.line([*corners, corners[0]], width=2.5, colour="#b34e00", dash="7 6"))
    for segment, corners in SHAPES.items():
        if segment not in plan.segments:
            parts.append(svg.region(corners, svg.SKY, opacity=0.55))
            parts.append(svg.line([*corners, corners[0]], width=2.5))
    at = TUMOURS[plan.tumour_in]
    if not plan.segments:
        parts.append(svg.marker(*at, size=30, fill="#fff"))
    parts.append(svg.marker(*at, size=15, fill=svg.PURPLE))
    parts += [
        svg.text(x, y + 8, str(segment), size=26, anchor="middle", bold=True,
                 colour="#8a3c00" if segment in plan.segments else svg.INK)
        for segment, (x, y) in NAMES_AT.items()
    ]  # fmt: skip
    parts += [
        svg.text(415, 245, "blue: stays", size=22, bold=True),
        svg.text(415, 275, "white, dashed: out", size=22, colour="#8a3c00"),
        svg.text(415, 305, "purple dot: tumour", size=22),
    ]
    stays = left_percent(operation)
    volume = liver_volume_vauthey(BODY_M2) * stays / 100
    parts += [
        svg.text(
            30,
            345,
            f"Stays: {stays} %, {volume:.0f} mL. Least: {limit_percent(background)} %",
            size=24,
            bold=True,
        ),
        svg.bar(PERCENT(0), 360, PERCENT(100) - PERCENT(0), 40, "#fff"),
        svg.bar(PERCENT(0), 360, PERCENT(stays) - PERCENT(0), 40, svg.SKY),
    ]
    for each in LIVERS:
        limit, mine = limit_percent(each), each == background
        x = PERCENT(limit)
        parts.append(
            svg.line([(x, 354), (x, 406)], width=5 if mine else 2, dash="" if mine else "4 4")
        )
        parts.append(
            svg.text(x, 430, f"{limit}", size=24 if mine else 20, anchor="middle", bold=mine)
        )
    out = ", ".join(map(str, plan.segments)) or "a wedge of segment 6"
    desc = (
        f"Taken out: {out}. {stays} % stays, {volume:.0f} mL of the "
        f"{liver_volume_vauthey(BODY_M2):.0f} mL expected for {BODY_M2} m². "
        f"The least for {LIVERS[background]} is {limit_percent(background)} %: "
        f"{'enough' if enough else 'too little'}."
    )
    return svg.figure(
        LIVER_WIDTH, LIVER_HEIGHT, "A schematic liver in eight segments, seen from the front",
        desc, *parts,
    )  # fmt: skip


@cache
def _ladder(needed: str, allowed: str, fits: bool) -> str:
    """The extents of Makuuchi's table, smallest first: up to where, and where the plan stands."""
    reach = MAKUUCHI.outcomes.index(allowed)
    boxes = []
    for place, extent in enumerate(MAKUUCHI.outcomes):
        if extent == NOTHING:
            continue
        inside = place <= reach
        look = f"border:1px dashed {svg.MUTED};color:{svg.MUTED}"
        if inside:
            look = f"border:2px solid {svg.BLUE};background:#e3f1fa"
        if extent == needed:
            edge = svg.BLUE if fits else "#b42318"
            look = f"border:4px solid {edge};font-weight:700;background:#fff"
        sign = "✓" if inside else "✗"
        mine = " ← your plan" if extent == needed else ""
        boxes.append(
            f'<span style="flex:1 1 128px;border-radius:6px;padding:4px 8px;font-size:16px;{look}">'
            f"{sign} {SHORT[extent]}{mine}</span>"
        )
    return (
        '<p style="margin:4px 0"><strong>Function allows</strong> (Makuuchi; bilirubin limits from '
        f"memory): <strong>{escape(allowed)}</strong></p>"
        '<div style="display:flex;flex-wrap:wrap;gap:5px">'
        f"{' '.join(boxes)}</div>"
        '<p style="font-size:15px;margin:6px 0 0">A schematic liver for 1.8 m² of body surface; '
        "shares of the segments are illustrative, but for segment 8.</p>"
    )


# The waiting list ---------------------------------------------------------------------------------


class Entry(NamedTuple):
    """An invented patient on the day of the first scan."""

    tumour_count: int
    largest_tumour_cm: float
    afp_ng_ml: float


ENTRIES = {
    "Farid: 1 of 6.5 cm": Entry(1, 6.5, 50),
    "Gloria: 3, up to 5.0 cm": Entry(3, 5.0, 1500),
    "Henrik: 6, up to 4.0 cm": Entry(6, 4.0, 200),
    "Ines: 1 of 2.8 cm": Entry(1, 2.8, 50),
}
LISTS = ("Milan", "UCSF", "up-to-seven", "French AFP model")
ZONES = {
    "within_milan": ("within Milan", svg.GREEN),
    "eligible": ("to be downstaged", svg.YELLOW),
    "all_comers": ("beyond the protocol", svg.VERMILLION),
}
SIGNS = (
    '<p style="margin:2px 0 0"><strong>● first scan · ◆ now · '
    f'<span style="color:{svg.BLUE}">– –</span> the list.</strong> '
    "In each row from the left: Milan, downstage, beyond.</p>"
)
"""What the signs of the map mean; below the picture, so that a phone shows it."""
OTHERS_CM = 1.5
ANY_AFP = 50.0
"""The sizes of the downstaging protocol do not depend on it."""
MOST, MOST_CM, STEP = 6, 10.0, v.largest_tumour_cm.step
X = svg.Scale(0, MOST_CM, start=62, end=566)
ROW, FLOOR = 46, 12 + MOST * 46


class WaitingList(Explorer):
    """From the first scan to now: which lists take the patient before and after treatment.

    Examples
    --------
    >>> WaitingList().set(largest_tumour_cm=4.5)
    'Farid: at first to be downstaged, now within Milan. Of 4 lists: 1 at first, 4 now.'
    """

    title = "The waiting list: the first scan, and what is alive now"

    def __init__(self) -> None:
        size = control(v.largest_tumour_cm, value=6.5, low=0.5, high=MOST_CM)
        count = control(v.tumour_count, value=1, high=MOST)
        afp = control(v.afp_ng_ml, value=50, low=50, high=2000)
        size.description = "Now: largest living tumour (cm)"
        count.description = "Now: number of living tumours"
        afp.description, afp.step = "Now: AFP (ng/mL)", 50
        super().__init__(
            patient=widgets.Dropdown(options=list(ENTRIES), description="First scan"),
            outline=widgets.Dropdown(options=LISTS, value="UCSF", description="Outline of"),
            largest_tumour_cm=size,
            tumour_count=count,
            afp_ng_ml=afp,
        )

    def view(  # type: ignore[override]
        self,
        *,
        patient: str,
        outline: str,
        largest_tumour_cm: float,
        tumour_count: int,
        afp_ng_ml: float,
    ) -> View:
        """Draw the first scan and the present one on the map, and both beside every list."""
        first = ENTRIES[patient]
        now = Entry(tumour_count, round(largest_tumour_cm, 1), afp_ng_ml)
        name = patient.split(":")[0]
        before, after = zone(first), zone(now)
        inside = [sum(taken(each, scan) for each in LISTS) for scan in (first, now)]
        summary = (
            f"{name}: at first {ZONES[before][0]}, now {ZONES[after][0]}. "
            f"Of {len(LISTS)} lists: {inside[0]} at first, {inside[1]} now."
        )
        words, line = _outline(outline, now.afp_ng_ml)
        (x0, y0), (x1, y1) = ((X(e.largest_tumour_cm), _height(e.tumour_count))
                              for e in (first, now))  # fmt: skip
        parts = [_zones(), line, _zone_names()]
        if (x0, y0) != (x1, y1):
            parts.append(svg.line([(x0, y0), (x1, y1)], width=3, dash="3 5"))
            parts.append(svg.marker(x0, y0, shape="circle", size=11, fill="#fff"))
            parts.append(svg.marker(x0, y0, shape="circle", size=7, fill=svg.INK))
        parts.append(svg.marker(x1, y1, shape="diamond", size=13, fill=svg.INK))
        picture = svg.figure(
            590, FLOOR + 66, f"Size and number, with the outline of {outline}",
            f"{summary} {_zone_words()} {words}", *parts,
        )  # fmt: skip
        return View(summary, _beside(picture + SIGNS, _verdicts(first, now)))


@cache
def _scan(count: int, size: float, afp: float) -> Patient:
    """A scan whose other tumours measure 1.5 cm, or as much as the largest where that is less."""
    others = [min(OTHERS_CM, size)] * (count - 1)
    return Patient.read(
        {
            "tumour_diameters_cm": [size, *others],
            "macrovascular_invasion": False,
            "extrahepatic_spread": False,
            "afp_ng_ml": afp,
        }
    )


def zone(scan: Entry) -> str:
    """Tell what the downstaging protocol calls a scan."""
    return str(_decide(burden.UNOS_DOWNSTAGING, scan))


def taken(name: str, scan: Entry) -> bool:
    """Tell whether a transplant list takes a scan."""
    return _decide(CRITERIA[name], scan) in INSIDE


@cache
def _decide(table: RuleTable, scan: Entry) -> Any:
    return table.decide(_scan(scan.tumour_count, scan.largest_tumour_cm, scan.afp_ng_ml)).outcome


def _largest(table: RuleTable, outcomes: frozenset[str], count: int, afp: float) -> float:
    """The largest size of a row with one of the outcomes; larger is never better, so halve."""
    low, high = 0, round(MOST_CM / STEP) + 1
    while high - low > 1:
        middle = (low + high) // 2
        size = round(middle * STEP, 1)
        found = table.decide(_scan(count, size, afp)).outcome
        low, high = (middle, high) if found in outcomes else (low, middle)
    return round(low * STEP, 1)


def _height(count: int) -> float:
    """Pixel of a number of tumours: in its row, below the name of the zone."""
    return FLOOR - (count - 0.62) * ROW


@cache
def _limits() -> tuple[tuple[float, float], ...]:
    """For each number of tumours, where Milan ends and where the downstaging protocol ends."""
    table = burden.UNOS_DOWNSTAGING
    within, eligible = frozenset({"within_milan"}), frozenset({"within_milan", "eligible"})
    return tuple(
        (_largest(table, within, count, ANY_AFP), _largest(table, eligible, count, ANY_AFP))
        for count in range(1, MOST + 1)
    )


@cache
def _zone_words() -> str:
    return "; ".join(
        f"{count}: Milan up to {milan:g} cm, downstaging up to {most:g} cm"
        for count, (milan, most) in enumerate(_limits(), start=1)
    )


@cache
def _zones() -> str:
    parts = []
    for count, (milan, most) in enumerate(_limits(), start=1):
        top = FLOOR - count * ROW
        edges = [0.0, milan, most, MOST_CM]
        for (_, fill), left, right in zip(ZONES.values(), edges, edges[1:], strict=False):
            if right <= left:
                continue
            parts.append(
                svg.region(
                    [(X(left), top), (X(right), top), (X(right), top + ROW), (X(left), top + ROW)],
                    fill,
                    opacity=0.32,
                )
            )
            parts.append(svg.line([(X(right), top), (X(right), top + ROW)], width=1.5))
        parts.append(svg.line([(X.start, top), (X.end, top)], width=1))
        parts.append(svg.text(52, top + ROW / 2 + 8, str(count), size=23, anchor="end"))
    parts.append(svg.line([(X.start, 12), (X.start, FLOOR), (X.end, FLOOR)], width=1.5))
    parts += [
        svg.text(X(value), FLOOR + 26, str(value), size=23, anchor="middle")
        for value in range(int(MOST_CM) + 1)
    ]
    middle = (X.start + X.end) / 2
    parts.append(svg.text(middle, FLOOR + 54, "Largest tumour (cm)", size=22, anchor="middle"))
    parts.append(
        svg.text(22, FLOOR / 2 + 6, "Number of tumours", size=22, anchor="middle", turn=-90)
    )
    return "".join(parts)


@cache
def _zone_names() -> str:
    """The name of each zone in each row, drawn over the outline of a list."""
    parts = []
    for count, (milan, most) in enumerate(_limits(), start=1):
        edges = [0.0, milan, most, MOST_CM]
        names = ("Milan", "downstage", "beyond")
        for name, left, right in zip(names, edges, edges[1:], strict=False):
            if X(right) - X(left) > 10 * len(name):
                parts.append(svg.text(X(left) + 6, FLOOR - count * ROW + 16, name, size=16))
    return "".join(parts)


@cache
def _outline(name: str, afp: float) -> tuple[str, str]:
    """The edge of one list as a dashed line, and the same in words."""
    table = CRITERIA[name]
    reach = [_largest(table, frozenset(INSIDE), count, afp) for count in range(1, MOST + 1)]
    if not any(reach):
        note = svg.text(X.end - 8, 36, f"{name} takes nobody", size=20, anchor="end", bold=True)
        return f"{name} takes nobody at this AFP.", note
    corners = [(X(reach[0]), float(FLOOR))]
    for count, size in enumerate(filter(None, reach), start=1):
        corners += [(X(size), FLOOR - (count - 1) * ROW), (X(size), FLOOR - count * ROW)]
    corners.append((X.start, corners[-1][1]))
    words = ", ".join(f"{count} up to {size:g} cm" for count, size in enumerate(reach, 1) if size)
    return f"{name}: {words}.", svg.line(corners, width=5, colour=svg.BLUE, dash="11 5")


@cache
def _verdicts(first: Entry, now: Entry) -> str:
    """Each list as a box, with what it says of the first scan and of the present one."""
    boxes = []
    for name in LISTS:
        before, after = ("✓ in" if taken(name, scan) else "✗ out" for scan in (first, now))
        look = f"3px solid {svg.BLUE}" if after == "✓ in" else f"1px dashed {svg.MUTED}"
        boxes.append(
            f'<span style="flex:1 1 112px;border:{look};border-radius:6px;padding:3px 8px;'
            f'font-size:17px"><strong>{name}</strong><br>{before} → {after}</span>'
        )
    condition = burden.UNOS_DOWNSTAGING_AFP.decide({"afp_ng_ml": first.afp_ng_ml}).outcome
    return (
        '<p style="margin:2px 0 4px"><strong>Lists, first scan → now:</strong></p>'
        f'<div style="display:flex;flex-wrap:wrap;gap:6px">{" ".join(boxes)}</div>'
        f'<p style="margin:6px 0 0"><strong>AFP</strong> {first.afp_ng_ml:g} at first: '
        f"{escape(str(condition))}. Now {now.afp_ng_ml:g} ng/mL.</p>"
        '<p style="font-size:15px;margin:4px 0 0">Every other tumour measures 1.5 cm, or as much '
        "as the largest if that is less (our convention). Nothing in a vein, no spread.</p>"
    )


# Recurrence ---------------------------------------------------------------------------------------

EARLY_YEARS = 2
UNTIL = 6
YEARS = svg.Scale(0, UNTIL, start=84, end=520)
GROUPS = {
    "everybody": ("", {}),
    "vascular invasion": ("vascular_invasion", {"0": "no invasion", "1": "invasion"}),
    "number": ("tumour_number_group", {"single": "single", "multiple": "multiple"}),
    "size": ("tumour_size_group", {"up to 5 cm": "≤ 5 cm", "over 5 cm": "> 5 cm"}),
    "cirrhosis": ("cirrhosis", {"0": "no cirrhosis", "1": "cirrhosis"}),
}
STARTS = {"the operation": 0, "year 2, still free of cancer": EARLY_YEARS}
WIDTH = 660


class Recurrence(Explorer):
    """Freedom from recurrence after resection, in a real cohort: all of it, or from year 2 on.

    Examples
    --------
    >>> Recurrence().summary
    'After 2 years 45 % are free of recurrence (227 people, counted from the operation).'
    """

    title = "Recurrence after resection: 227 real patients"

    def __init__(self) -> None:
        super().__init__(
            groups=widgets.Dropdown(options=list(GROUPS), description="Compare by"),
            start=widgets.Dropdown(options=list(STARTS), description="Count from"),
            year=widgets.IntSlider(2, min=1, max=UNTIL, description="Years after the operation"),
        )

    def view(self, *, groups: str, start: str, year: int) -> View:  # type: ignore[override]
        """Draw the curves, and read them where the year stands."""
        origin = STARTS[start]
        estimate, names = _estimate(groups, origin)
        rows = _read(groups, origin, year)
        shares = [_percent(row.survival) for row in rows]
        people = int(estimate.medians["subjects"].sum())
        since = "the operation" if origin == 0 else f"year {origin}"
        plural = "s" * (year > 1)
        if len(rows) == 1:
            said = f"{shares[0]} are free of recurrence"
        else:
            pairs = zip(names, shares, strict=True)
            said = ", ".join(f"{name} {share}" for name, share in pairs) + " free of recurrence"
        summary = f"After {year} year{plural} {said} ({people} people, counted from {since})."
        parts = [
            _curves(groups, origin),
            svg.line([(YEARS(year), Y.start), (YEARS(year), Y.end)], width=2, dash="5 5"),
        ]
        for i, row in enumerate(rows):
            if not math.isnan(row.survival) and year >= origin:
                parts.append(svg.marker(YEARS(year), Y(row.survival), size=8, fill=COLOURS[i]))
        desc = f"Kaplan-Meier curves of freedom from recurrence. {summary}"
        picture = svg.figure(WIDTH, Y.start + 64, self.title, desc, *parts)
        return View(summary, picture + _readings(year, names, rows, estimate.logrank_p))


def _readings(year: int, names: Sequence[str], rows: Sequence[Any], p: float | None) -> str:
    """What the curves say at one year, in lines that a phone can wrap."""
    lines = [
        f'<span style="border-left:14px solid {colour};padding-left:7px"><strong>{escape(name)}'
        f"</strong></span>: {_percent(row.survival)} free (95 % interval {_percent(row.ci_low)} to "
        f"{_percent(row.ci_high)}), {row.at_risk} still followed"
        for row, name, colour in zip(rows, names, COLOURS, strict=False)
    ]
    lines.insert(0, f"<strong>Year {year}</strong>")
    if p is not None:
        lines.append(f"Log-rank test: {p_text(p)}")
    return "".join(f'<p style="margin:4px 0 0">{line}</p>' for line in lines)


@cache
def _estimate(groups: str, origin: int) -> tuple[KaplanMeier, tuple[str, ...]]:
    """Estimates for everybody who was free of recurrence and followed at the start."""
    column, labels = GROUPS[groups]
    durations, events, members = [], [], []
    for person in data.records("resected_hcc"):
        years = float(person["recurrence_free_months"]) / 12
        if years > origin or origin == 0:
            durations.append(years - origin)
            events.append(person["recurred"] == "1")
            members.append(labels[person[column]] if column else groups)
    km = kaplan_meier(durations, events, members, unit="years")
    return km, tuple(km.groups)


@cache
def _read(groups: str, origin: int, year: int) -> Sequence[Any]:
    return list(_estimate(groups, origin)[0].at(max(0, year - origin)).itertuples())


def _percent(share: float) -> str:
    return "not known" if math.isnan(share) else f"{share:.0%}".replace("%", " %")


@cache
def _curves(groups: str, origin: int) -> str:
    km, names = _estimate(groups, origin)
    parts = [
        svg.region(
            [(YEARS(0), Y.end), (YEARS(EARLY_YEARS), Y.end), (YEARS(EARLY_YEARS), Y.start),
             (YEARS(0), Y.start)], svg.YELLOW, opacity=0.25,
        ),
        axes(YEARS, 1),
        svg.text(YEARS(1), Y.start - 12, "early", size=20, anchor="middle"),
        svg.text(YEARS(4), Y.start - 12, "late", size=20, anchor="middle"),
    ]  # fmt: skip
    ends: list[tuple[float, int]] = []
    for i, name in enumerate(names):
        steps = km.table[km.table["group"] == name]
        times = steps["time"] + origin
        low = staircase(times, steps["ci_low"], YEARS)
        high = staircase(times, steps["ci_high"], YEARS)
        curve = staircase(times, steps["survival"], YEARS)
        parts.append(svg.region([*high, *reversed(low)], COLOURS[i], opacity=0.12))
        parts.append(svg.line(curve, colour=COLOURS[i], dash=DASHES[i], width=4))
        ends.append((curve[-1][1], i))
    lowest = -1e9
    for y, i in sorted(ends):
        lowest = max(y, lowest + 26)
        parts.append(
            svg.text(YEARS.end + 8, lowest + 6, names[i], size=19, bold=True, colour=COLOURS[i])
        )
    return "".join(parts)
