"""The living table of trials, and a form to appraise a paper with."""

from __future__ import annotations

from html import escape
from typing import NamedTuple

import ipywidgets as widgets

from hcclab.explorers.base import Explorer, View
from hcclab.trials import GROUPS, VERDICTS, Trial, trials

MET = {
    "yes": "✓ met",
    "no": "✗ not met",
    "partial": "◐ met in part",
    "not_applicable": "– not tested",
    "": "? not known",
}


class TrialTable(Explorer):
    """Look a trial up: its numbers, how far to trust them, its verdict, and what came after.

    Examples
    --------
    >>> TrialTable().summary
    'First systemic treatment: 29 comparisons; in 6 the hazard ratio is from memory (†).'
    """

    title = "The table of trials"

    def __init__(self) -> None:
        super().__init__(
            group=widgets.Dropdown(
                options=[(words, key) for key, words in GROUPS.items()], description="Treatment"
            ),
            met=widgets.Dropdown(
                options=[("any", "any"), *((words, key) for key, words in MET.items())],
                description="Primary endpoint",
            ),
        )

    def view(self, *, group: str, met: str) -> View:  # type: ignore[override]
        """List the trials of one group, each to open."""
        found = [each for each in trials(group) if met in ("any", each.met_primary)]
        recalled = sum(_recalled(each) for each in found)
        count = f"{len(found)} comparison{'s' * (len(found) != 1)}"
        summary = f"{GROUPS[group]}: {count}; in {recalled} the hazard ratio is from memory (†)."
        listed = "".join(map(_entry, found)) or "<p>None in this group.</p>"
        style = "max-height:560px;overflow-y:auto;overflow-wrap:anywhere"
        return View(summary, f'<div style="{style}">{listed}</div>')


def _recalled(each: Trial) -> bool:
    mark = each.survival_mark if each.survival else each.confidence
    return mark == "from memory"


def _entry(each: Trial) -> str:
    dagger = " †" if _recalled(each) else ""
    ratio = f"HR of death {each.survival}" if each.survival else "no hazard ratio of death here"
    head = (
        f"<strong>{escape(each.label)}</strong>{dagger}: {escape(ratio)}. {MET[each.met_primary]}"
    )
    against = f" against {each.control}" if each.control else ""
    facts = [
        ("Compared", f"{each.experimental}{against} ({each.design})"),
        ("Primary endpoint", each.primary_endpoint or "not known"),
        ("Survival", f"{VERDICTS[each.verdict.kind]}: {each.verdict.words}"),
    ]
    if any(each.medians):
        facts.append(("Median survival", _medians(each)))
    if each.progression:
        told = f"HR {each.progression}" + _mark(each, "pfs_hr", "pfs_hr_ci_low", "pfs_hr_ci_high")
        facts.append((each.progression_type or "Progression", told))
    if each.afterwards:
        facts.append(("Afterwards", each.afterwards))
    if each.lesson:
        facts.append(("It teaches", each.lesson))
    mark = f"hazard ratio of death {each.survival_mark}; " if each.survival else ""
    facts.append(("How sure", f"{mark}row {each.confidence} ({each.checked or 'nothing read'})"))
    facts.append(("Report", each.citation))
    rows = "".join(f"<li><strong>{escape(k)}:</strong> {escape(v)}</li>" for k, v in facts)
    return (
        '<details style="border-bottom:1px solid #d0d7de;padding:6px 0">'
        f'<summary>{head}</summary><ul style="margin:4px 0">{rows}</ul></details>'
    )


def _medians(each: Trial) -> str:
    new, old = ("not reached or not given" if m is None else f"{m:g} months" for m in each.medians)
    told = new if each.compared == "no" else f"{new} against {old}"
    return told + _mark(each, "os_median_months_experimental", "os_median_months_control")


def _mark(each: Trial, *columns: str) -> str:
    """What to write behind a figure that was recalled."""
    return " [from memory]" if each.mark(*columns) == "from memory" else ""


class _Question(NamedTuple):
    words: str
    doubt: str


QUESTIONS = {
    "randomised": _Question(
        "Was it randomised who got what?",
        "Write “associated with”, never “prolonged”. Look for immortal time and fitter patients.",
    ),
    "control": _Question(
        "Is the control today's standard?", "A gain over an old control may be no gain today."
    ),
    "survival": _Question(
        "Is the primary endpoint survival, or how patients feel?",
        "Ask whether this surrogate has predicted survival in this disease.",
    ),
    "plan": _Question(
        "Do the claim, the margin and the alpha stand in the plan?",
        "Read the registration: a claim found afterwards is a question for the next trial.",
    ),
    "whole": _Question(
        "Is the claim about all patients, not a subgroup?",
        "Count the subgroups that were looked at.",
    ),
    "curve": _Question(
        "Are whole curves shown, and do they stay apart?",
        "One hazard ratio may hide early harm. Ask for survival at fixed months, or for RMST.",
    ),
    "mature": _Question(
        "Is the follow-up long enough, and is this not a first look?",
        "Early looks overstate. Look for the update.",
    ),
    "mine": _Question(
        "Would my patient have been enrolled?", "The result is borrowed. Say from whom."
    ),
}
ANSWERS = (("not answered", "open"), ("yes", "yes"), ("no", "no"), ("cannot tell", "unclear"))


class Appraisal(Explorer):
    """Eight questions to one paper of your own choice; the form collects your doubts.

    Examples
    --------
    >>> form = Appraisal()
    >>> form.set(randomised="no")
    '1 of 8 questions answered; 1 doubt.'
    """

    title = "Appraise a paper of your own choice"
    wide = True

    def __init__(self) -> None:
        super().__init__(
            **{
                name: widgets.Dropdown(options=ANSWERS, value="open", description=each.words)
                for name, each in QUESTIONS.items()
            }
        )

    def view(self, **answers: str) -> View:
        """Collect what follows from each answer that is not yes."""
        done = [name for name, answer in answers.items() if answer != "open"]
        doubts = [name for name in done if answers[name] != "yes"]
        plural = "s" * (len(doubts) != 1)
        summary = f"{len(done)} of 8 questions answered; {len(doubts)} doubt{plural}."
        items = "".join(
            f"<li><strong>{escape(QUESTIONS[name].words)}</strong> "
            f"{'No' if answers[name] == 'no' else 'Cannot tell'}. "
            f"{escape(QUESTIONS[name].doubt)}</li>"
            for name in doubts
        )
        last = "Now write one sentence: who gained what, by when, against what, how sure."
        words = f"<ul>{items}</ul>" if items else "<p>No doubt noted yet.</p>"
        return View(summary, f"{words}<p>{last if len(done) == len(answers) else ''}</p>")
