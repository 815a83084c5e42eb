"""What a wrong answer would have taken, found by changing one finding and reading again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from hcclab.board.plans import why_not
from hcclab.board.reading import NO_STAGE, NOT_FOR, Reading
from hcclab.criteria import capitalise
from hcclab.diagnosis import LI_RADS_BEFORE_ANCILLARY, LIRADS_ELIGIBILITY
from hcclab.intake import Patient
from hcclab.liver_function import ALBI_GRADE, CHILD_PUGH_CLASS, albi_score
from hcclab.rules import Explanation, RuleTable
from hcclab.staging import BCLC_2022, CNLC, LIVER_RESERVE
from hcclab.variables import VARIABLES, liver


@dataclass(frozen=True)
class Misreading:
    """What a wrong answer would have taken, and what would then follow."""

    text: str
    reading: Reading | None = None


_TABLES = {
    "child_pugh": CHILD_PUGH_CLASS,
    "albi": ALBI_GRADE,
    "li_rads": LI_RADS_BEFORE_ANCILLARY,
    "bclc": BCLC_2022,
    "cnlc": CNLC,
}


def misreadings(reading: Reading, name: str, answer: str) -> list[Misreading]:
    """List what a wrong answer would have taken, the likeliest first.

    Parameters
    ----------
    reading
        The patient as the findings say.
    name
        The question.
    answer
        The wrong answer, a key of its options.

    Returns
    -------
    list of Misreading
        At least one; each is one finding read otherwise, a known slip, or a word on why no
        single finding explains the answer.

    Examples
    --------
    >>> print(misreadings(Reading.of("c36"), "child_pugh", "A")[0].text)
    Class A would be right with ascites none instead of moderate-severe. The rules give class B.
    """
    key = reading.keys.get(name, "")
    if name == "plan":
        return [Misreading(why_not(answer, reading))]
    known = _known_slip(reading, name, answer, key)
    if known is not None:
        return [known]
    values = reading.index_nodule if name == "li_rads" else reading.staged
    changes = _changes(_TABLES[name], values, answer)
    found = [_one_change(reading, name, answer, change) for change in changes]
    return found or [_more_than_one(reading, name, answer)]


def _one_change(
    reading: Reading, name: str, answer: str, change: tuple[str, Any, Any]
) -> Misreading:
    variable, before, after = change
    text = (
        f"{capitalise(titled(name, answer))} would be right {_with(variable, after, before)}. "
        f"The rules give {titled(name, reading.keys[name])}."
    )
    if name == "li_rads":
        return Misreading(text, replace(reading, category=answer))
    trial = Patient(reading.staged)
    trial[variable] = after
    if variable in LIVER_RESERVE.names:
        trial.pop(liver.name, None)
    return Misreading(text, replace(reading, patient=trial))


def _more_than_one(reading: Reading, name: str, answer: str) -> Misreading:
    text = (
        f"No single finding makes it {titled(name, answer)}: more than one was read otherwise. "
        f"The rules give {titled(name, reading.keys[name])}."
    )
    if name == "child_pugh":
        items = reading.results[name].items
        lost = ", ".join(f"{item.lower()} {points}" for item, points in items.items() if points > 1)
        text += f" Look again at what earns more than one point: {lost or 'nothing'}."
    return Misreading(text)


def _known_slip(reading: Reading, name: str, answer: str, key: str) -> Misreading | None:
    """Recognise the slips that are not one finding read otherwise."""
    if name == "li_rads":
        return _misread_category(reading, answer, key)
    if NO_STAGE in (answer, key):
        proof = "no HCC is established" if key == NO_STAGE else "HCC is established"
        return Misreading(f"A stage is for a proven cancer, and here {proof}: {titled(name, key)}.")
    slip = _slip_of_albi(reading, answer) if name == "albi" else ""
    return Misreading(slip) if slip else None


def _misread_category(reading: Reading, answer: str, key: str) -> Misreading | None:
    """The wrong answers that turn on whom LI-RADS is for."""
    why = LIRADS_ELIGIBILITY.explain(reading.patient)
    if answer == NOT_FOR:
        facts = "; ".join(deciding_facts(why))
        return Misreading(
            f"LI-RADS may be used here ({facts}). The category is {key}.",
            replace(reading, category=answer),
        )
    if key != NOT_FOR:
        return None
    alone = str(reading.results["li_rads"].grade)
    text = f"The table would call the nodule alone {alone}. But this patient is not for the table"
    return Misreading(f"{text}: {population(why)}", replace(reading, category=answer))


def _slip_of_albi(reading: Reading, answer: str) -> str:
    """A slip of arithmetic or of units that gives the wrong grade, if there is one."""
    patient, score = reading.patient, reading.results["albi"].value
    if "bilirubin_mg_dl" in patient:
        typed = albi_score(patient["bilirubin_mg_dl"], patient["albumin_g_dl"])
        if _grade(typed) == answer:
            return (
                f"Grade {answer} is what the printed numbers give when mg/dL and g/dL go in "
                "unconverted. Multiply bilirubin by 17.1 and albumin by 10 first."
            )
    if _grade(round(score, 1)) == answer:
        return (
            f"Grade {answer} is what the score gives when it is rounded first. Grade first, then "
            "round."
        )
    return ""


def _grade(score: float) -> str:
    limits = [rule.when.threshold for rule in ALBI_GRADE.rules[:-1]]  # type: ignore[attr-defined]
    return str(ALBI_GRADE.outcomes[sum(score > limit for limit in limits)])


def _changes(table: RuleTable, values: Patient, answer: str) -> list[tuple[str, Any, Any]]:
    """Single findings read otherwise that give `answer`: findings before measurements."""
    found = []
    for name in table.names:
        variable = VARIABLES[name]
        before = variable.evaluate(values)
        if before is None:
            continue
        for after in _other_values(table, name, before, values):
            trial = Patient(values)
            trial[name] = after
            if table.possible(trial) == [answer]:
                found.append((*_effort(name, before, after), name, before, after))
    return [entry[2:] for entry in sorted(found, key=lambda entry: entry[:2])]


def _other_values(table: RuleTable, name: str, before: Any, values: Patient) -> list[Any]:
    variable = VARIABLES[name]
    if name not in values:
        return []
    if variable.kind == "flag":
        return [not before]
    if variable.kind == "choice":
        return [word for word in variable.choices if word != before]
    step, (low, high) = variable.step, variable.hard
    near = {round(cut / step) + k for cut in table.cuts(name, None, values) for k in (-1, 0, 1)}
    numbers = sorted(round(k * step, 6) for k in near)
    if variable.kind == "integer":
        numbers = [int(number) for number in numbers]
    return [number for number in numbers if low <= number <= high and number != before]


def _effort(name: str, before: Any, after: Any) -> tuple[bool, float]:
    """How far a misreading is from the finding; one of a measurement comes after the others."""
    variable = VARIABLES[name]
    if variable.kind == "flag":
        return False, 0.3
    if variable.kind == "choice":
        words = variable.choices
        return False, abs(words.index(after) - words.index(before)) / len(words)
    low, high = variable.usual
    return variable.kind != "integer", abs(after - before) / (high - low)


def _with(name: str, after: Any, before: Any) -> str:
    """Tell the finding that the answer would take, and the finding as it is."""
    variable = VARIABLES[name]
    label = variable.label
    if variable.kind == "flag":
        return f"with {label}, but there is none" if after else f"without {label}, but it is there"
    return f"with {label} {variable.show(after)} instead of {variable.show(before)}"


def titled(name: str, answer: str) -> str:
    """Name an answer in a sentence."""
    kind = {"child_pugh": "class ", "albi": "grade ", "bclc": "stage ", "cnlc": "stage "}
    return answer if answer == NO_STAGE else f"{kind.get(name, '')}{answer}"


def population(why: Explanation) -> str:
    """Say why LI-RADS is not for the patient."""
    outcome = why.decision.outcome
    return f"{capitalise(str(outcome))}: {why.table.meanings[outcome]}."


def deciding_facts(why: Explanation) -> tuple[str, ...]:
    """Write the comparisons that decided."""
    return tuple(map(str, why.deciding.facts)) if why.deciding else ()
