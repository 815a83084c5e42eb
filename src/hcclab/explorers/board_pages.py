"""What the tumour board shows, as HTML: history, schematic liver, votes, reveal, score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from html import escape

from hcclab.board import LESSONS, STEPS, TITLES, Board, Question, Score, Verdict
from hcclab.diagnosis import li_rads
from hcclab.explorers import svg
from hcclab.explorers.base import _SVG, _as_image
from hcclab.liver_function import ALBI_GRADE, CHILD_PUGH_POINTS, albi_score
from hcclab.rules import Rule, RuleTable
from hcclab.staging import BCLC_2022, CNLC
from hcclab.teaching.feedback import Feedback
from hcclab.teaching_cases import Nodule

WIDTH, HEIGHT = 440, 320
PX_PER_MM = 1.8

_OUTLINE = [
    (30, 90), (75, 40), (200, 26), (330, 44), (418, 84), (404, 130), (330, 156), (304, 186),
    (226, 250), (84, 270), (36, 206),
]  # fmt: skip
_SEGMENTS = {
    "VII": (84, 100), "VI": (88, 204), "VIII": (168, 92), "V": (168, 196), "IV": (256, 124),
    "II": (356, 82), "III": (342, 128),
}  # fmt: skip
_PLACES = {
    **_SEGMENTS,
    "IV/VIII": (212, 118),
    "right lobe": (132, 150),
    "portal vein right": (182, 152),
    "portal vein": (246, 262),
    "main portal vein": (246, 262),
}
_PORTAL = [
    [(250, 306), (244, 236), (232, 170)],
    [(232, 170), (186, 150), (120, 146)],
    [(232, 170), (290, 132)],
]


def liver_map(nodules: Sequence[Nodule]) -> str:
    """Draw a schematic liver from the front: nodules to scale, each in its segment."""
    parts = [
        svg.region(_OUTLINE, "#d8b4a0", opacity=0.45),
        svg.line([*_OUTLINE, _OUTLINE[0]], width=2),
        *(svg.line(branch, colour=svg.SKY, width=9) for branch in _PORTAL),
        svg.line([(20, 300), (20 + 50 * PX_PER_MM, 300)], width=3),
        svg.text(20, 292, "5 cm", size=16),
        svg.text(262, 306, "portal vein", size=16),
    ]
    order = sorted(enumerate(nodules, 1), key=lambda entry: -_size(entry[1]))
    parts += [_nodule(number, nodule) for number, nodule in order]
    parts += [
        svg.text(x, y - 26 if y < 150 else y + 40, name, size=14, anchor="middle", colour=svg.MUTED)
        for name, (x, y) in _SEGMENTS.items()
    ]
    said = [f"{n}: {each.segment}, {_size(each):g} mm" for n, each in enumerate(nodules, 1)]
    return svg.figure(
        WIDTH, HEIGHT, "Schematic liver, seen from the front", "; ".join(said), *parts
    )


def _size(nodule: Nodule) -> float:
    return float(nodule.findings["size_mm"])


def _nodule(number: int, nodule: Nodule) -> str:
    x, y = _PLACES[nodule.segment]
    in_vein = not nodule.counts
    size = max(16.0 if in_vein else 9.0, _size(nodule) / 2 * PX_PER_MM)
    shape, fill = ("diamond", svg.PURPLE) if in_vein else ("circle", svg.ORANGE)
    label = svg.text(x, y + 7, str(number), size=20, bold=True, anchor="middle")
    return svg.marker(x, y, shape=shape, size=size, fill=fill) + label


def path(board: Board) -> str:
    """Draw the steps as a row: done rightly, done wrongly, on the table, still to come."""
    items = []
    for place, step in enumerate(STEPS):
        done = place < board.place
        right = done and all(board.verdicts[name].right for name in step.questions)
        mark, state = ("✓", "right") if right else ("✗", "off the path") if done else ("○", "")
        if not done and place == board.place:
            mark, state = "▶", "now"
        items.append(
            f'<li class="hcclab-board-{"now" if state == "now" else "step"}">{mark} '
            f"{place + 1} {step.name.capitalize()}{f' <em>({state})</em>' if state else ''}</li>"
        )
    return f'<ol class="hcclab-board-path">{"".join(items)}</ol>'


def history(board: Board, upto: int) -> str:
    """Write the parts of the history that are told: the newest open, the others folded."""
    told = [part(board, place, folded=place < upto) for place in range(upto, -1, -1)]
    return "".join(told)


def part(board: Board, place: int, *, folded: bool = False) -> str:
    """Write one part of the history."""
    step = STEPS[place]
    rows = "".join(
        f"<dt>{escape(label)}</dt><dd>{escape(told)}</dd>"
        for label, told in board.history(step.name)
    )
    content = f'<dl class="hcclab-board-facts">{rows}</dl>'
    if step.name == "diagnosis":
        note = "<p><small>Schematic, not a scan: sizes to scale, places by segment.</small></p>"
        content = liver_map(board.reading.meeting.nodules) + note + content
    if folded:
        title = step.title.partition(". ")[2]
        return f"<details><summary>Told before: {escape(title)}</summary>{content}</details>"
    return content


def as_images(html: str) -> str:
    """Make drawings images, for pages that strip inline SVG."""
    return _SVG.sub(_as_image, html)


# The vote -------------------------------------------------------------------------------------


def bars(question: Question, hands: Mapping[str, int], key: str) -> str:
    """Draw a bar for each option with its count, and mark the key."""
    rows = []
    for option, words in question.options.items():
        known = "✓ " if option == key else ""
        rows.append(f"<li><span>{known}{escape(words)}</span>{bar(hands[option], hands)}</li>")
    label = escape(f"{question.stem} {sum(hands.values())} hands")
    return (
        f"<p><strong>{escape(question.stem)}</strong></p>"
        f'<ul class="hcclab-board-bars" aria-label="{label}">{"".join(rows)}</ul>'
    )


def bar(count: int, hands: Mapping[str, int]) -> str:
    """Draw the bar of one option, with its count."""
    width = 80 * count / max(*hands.values(), 1)
    return f'<div class="hcclab-board-bar"><i style="width:{width:.0f}%"></i><b>{count}</b></div>'


# The reveal -----------------------------------------------------------------------------------


def verdict(found: Verdict, question: Question) -> str:
    """Write what the package says of one answer."""
    first = f" First comes: {question.options[found.key]}." if found.question == "plan" else ""
    told = (
        f"{TITLES[found.question]} {found.answer}. {found.reason}"
        if found.right
        else f"{found.reason}{first}"
    )
    reply = Feedback("right" if found.right else "wrong", told).to_html()
    facts = "".join(f"<li>{escape(fact)}</li>" for fact in found.facts)
    listed = f"<ul>{facts}</ul>" if facts else ""
    source = f"<p><small>{escape(found.source)}</small></p>"
    return f"{reply}<details><summary>Show the rule</summary>{listed}{source}</details>"


def reveal(board: Board, place: int) -> str:
    """Write everything that is told once a step is committed."""
    step = STEPS[place]
    parts = [verdict(board.verdicts[name], board.question(name)) for name in step.questions]
    if step.name == "stage":
        notes = [*board.remarks, *([f"One change away: {board.edge}"] if board.edge else [])]
        parts.append(_list(notes))
    return "".join(parts)


def closing(board: Board) -> str:
    """Write the debrief of a finished case, and what its expert says."""
    title = f'<p class="hcclab-board-debrief">Debrief: {_read(board.case.title)}</p>'
    return title + _list(board.debrief().lines()) + expert(board)


def expert(board: Board) -> str:
    """Write what the expert says of a case, and what the guidelines offer its stages."""
    case, trap = board.case, board.reading.meeting.trap
    said = f"{_read(case.first_option)}. {_read(case.rationale)}"
    hard = f"<p><strong>What makes it hard:</strong> {_read(trap)}</p>" if trap else ""
    offers = _list(board.offers)
    guidelines = f"<details><summary>What the guidelines offer</summary>{offers}</details>"
    return f"<p><strong>The expert:</strong> {said}</p>{hard}{guidelines if offers else ''}"


def _read(text: str) -> str:
    return escape(text.replace(">=", "≥").replace("<=", "≤"))


def _list(lines: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>" if lines else ""


def score(results: Mapping[str, Mapping[str, bool]], found: Sequence[Score]) -> str:
    """Write the score: answers by topic, and what to revisit."""
    if not results:
        return "<p>No case finished yet.</p>"
    rows = "".join(
        f"<tr><th>{escape(each.topic)}</th><td>{each.right} of {each.asked}</td>"
        f"<td>{'revisit' if each.weak else 'well'} {escape(LESSONS[each.topic])}</td></tr>"
        for each in found
    )
    plural = "case" if len(results) == 1 else "cases"
    return (
        f"<p>{len(results)} {plural} finished.</p><table><thead><tr><th>Topic</th>"
        f"<th>Right answers</th><th>Lesson</th></tr></thead><tbody>{rows}</tbody></table>"
    )


# Look it up -----------------------------------------------------------------------------------


@cache
def lookup(step: str) -> str:
    """Write the tables that a board has on the wall, folded away."""
    content = {"liver": _liver_tables, "diagnosis": _category_table, "stage": _stage_tables}
    if step not in content:
        return ""
    return f"<details><summary>Look it up</summary>{content[step]()}</details>"


def _liver_tables() -> str:
    rows = [[item.title, *map(_rule_words, item.rules)] for item in CHILD_PUGH_POINTS.items]
    best, worst = (rule.when.threshold for rule in ALBI_GRADE.rules[:2])  # type: ignore[attr-defined]
    bilirubins = (5, 10, 15, 20, 30, 50, 100, 150)
    albumins = [
        [
            f"{b}",
            f"{(albi_score(b, 0) - best) / -albi_score(1, 1):.1f} or more",
            f"below {(albi_score(b, 0) - worst) / -albi_score(1, 1):.1f}",
        ]
        for b in bilirubins
    ]
    return (
        "<p>Child-Pugh: add the points; up to 6 is A, up to 9 is B.</p>"
        + _table(["", "1", "2", "3"], rows)
        + "<p>ALBI grade by albumin (g/L), for a bilirubin in µmol/L:</p>"
        + _table(["Bilirubin", "grade 1", "grade 3"], albumins)
        + "<p>1 mg/dL of bilirubin is 17.1 µmol/L; 1 g/dL of albumin is 10 g/L.</p>"
    )


def _rule_words(rule: Rule) -> str:
    """The limits of an item; those of cholestatic disease, which no case has, are left out."""
    words = str(rule.when).partition(") or (")[0]
    return words.removeprefix("(no cholestatic liver disease and ")


_APHE = {"none": "no APHE", "nonrim": "nonrim APHE"}


def _category_table() -> str:
    base = {
        "not_categorisable": False, "tumour_in_vein": False, "benign": "none", "targetoid": False,
        "nontargetoid_lrm_feature": False, "threshold_growth": False,
    }  # fmt: skip
    signs = {
        "nothing else": (False, False),
        "capsule alone": (False, True),
        "washout alone": (True, False),
        "both": (True, True),
    }
    rows = []
    for aphe in _APHE:
        for words, (washout, capsule) in signs.items():
            seen = {**base, "aphe": aphe, "washout": washout, "capsule": capsule}
            grades = [str(li_rads(**seen, size_mm=size).grade) for size in (9, 15, 25)]
            rows.append([f"{_APHE[aphe]}, {words}", *grades])
    return (
        "<p>For patients with cirrhosis, chronic hepatitis B, or an earlier HCC; not with vascular "
        "disease of the liver. Rim or targetoid: LR-M. Soft tissue in a vein: LR-TIV.</p>"
        + _table(["", "under 10 mm", "10-19 mm", "20 mm and more"], rows)
        + "<p>Threshold growth counts like washout.</p>"
    )


def _stage_tables() -> str:
    return "".join(_stage_table(table) for table in (BCLC_2022, CNLC))


def _stage_table(table: RuleTable) -> str:
    rows = [[str(rule.outcome), rule.note or str(rule.when)] for rule in table.rules]
    return f"<p>{escape(table.title)}, read from the top:</p>" + _table(["", "if"], rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join(
        f"<tr><th>{escape(row[0])}</th>{''.join(f'<td>{escape(c)}</td>' for c in row[1:])}</tr>"
        for row in rows
    )
    return (
        f'<div class="hcclab-board-table"><table><thead><tr>{top}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )
