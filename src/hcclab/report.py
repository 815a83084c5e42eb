"""An assessment as a page of text: what each system says, what decided it, and from which paper."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from textwrap import fill
from typing import TYPE_CHECKING, Any

from hcclab.criteria import OTHERWISE, AllOf, AsEntered, Comparison, Not, show, unique
from hcclab.measurement import Flag
from hcclab.rules import Change, Decision, Fact, Formula, Outcome, Points, RuleTable, Step
from hcclab.sources import Source
from hcclab.systems import NOTICE, Result
from hcclab.variables import VARIABLES

if TYPE_CHECKING:
    from hcclab.patient import Assessment

WIDTH = 80
NEAREST = 3
"""How many of the nearest changes a page shows under one table; one system alone shows them all."""
ATOMS = (Comparison, Flag, AsEntered, Outcome)


def text(assessment: Assessment, what_if: bool) -> str:
    """Write an assessment as plain text; of one system alone, everything there is to say."""
    results = list(assessment.results.values())
    if len(results) == 1:
        parts = [str(results[0])]
        parts += [_every_change(results[0])] if what_if else []
        shown = results
    else:
        parts, shown = _page(assessment, what_if), touched(assessment)
    parts += [_wrapped(f"Check: {check}.") for check in assessment.patient.checks]
    if assumed := assumptions(shown):
        parts.append(_wrapped(f"Assumed, because not given: {assumed}."))
    return "\n".join([*parts, NOTICE])


def touched(assessment: Assessment) -> list[Result]:
    """Results of the systems of which at least one finding is known."""
    known = {name for name, value in assessment.patient.items() if value is not None}
    return [r for r in assessment.results.values() if not known.isdisjoint(r.system.names)]


def untouched(assessment: Assessment) -> list[str]:
    """Titles of the systems of which nothing is known."""
    asked = touched(assessment)
    return [r.system.title for r in assessment.results.values() if r not in asked]


def by_domain(results: Iterable[Result]) -> dict[str, tuple[list[Result], list[Result]]]:
    """Results by what they are for: those that say something, and those still open."""
    domains: dict[str, tuple[list[Result], list[Result]]] = {}
    for result in results:
        decided, still_open = domains.setdefault(result.system.domain, ([], []))
        (decided if says_something(result) else still_open).append(result)
    return domains


def says_something(result: Result) -> bool:
    """Tell whether any number or grade is known."""
    return any(value is not None for value in result.values.values())


def headline(result: Result) -> str:
    """Name a system and give its results in one line.

    Examples
    --------
    >>> from hcclab.liver_function import albi, child_pugh
    >>> headline(albi(bilirubin_umol_l=20, albumin_g_l=38))
    'ALBI: score −2.37; grade 2 (in between); modified ALBI grade 2a'
    >>> headline(child_pugh(bilirubin_umol_l=20, albumin_g_l=38, inr=1))
    'Child-Pugh: points 5 to 9; class A or B'
    """
    decisions = {e.table.column: e.decision for e in result.explanations}
    parts = []
    for output in result.system.outputs:
        if isinstance(output, RuleTable):
            said = _grade(output, decisions[output.column])
        else:
            number = result.numbers[output.column]
            said = "unknown" if number is None else output.show(number)
        parts.append(f"{_short(output, result)} {said}".lstrip())
    return f"{result.system.title}: {'; '.join(parts)}"


def needs(result: Result) -> tuple[str, ...]:
    """Names of the variables that would settle what a reader still waits for.

    A sum of points that cannot change the grade any more is not waited for.
    """
    grades = [o for o in result.system.outputs if isinstance(o, RuleTable)]
    waiting: Any = [o for o in grades if result.values[o.column] is None]
    if not grades:
        waiting = result.system.outputs
    return unique(name for output in waiting for name in output.needs(result.inputs))


def reasons(result: Result) -> list[str]:
    """Say for each known grade which criterion decided it, with values and thresholds."""
    named: dict[str, list[str]] = {}
    for explanation in result.explanations:
        if explanation.decision.outcome is not None and explanation.deciding is not None:
            grade = f"{_short(explanation.table, result)} {show(explanation.decision.outcome)}"
            named.setdefault(because(explanation.deciding), []).append(grade.lstrip())
    several = len(result.explanations) > 1
    lines = [
        f"{' and '.join(g)} because {w}" if several else f"because {w}" for w, g in named.items()
    ]
    if isinstance(result.system.score, Points) and result.value is not None:
        lines.append(f"points: {', '.join(f'{n} {show(p)}' for n, p in result.items.items())}")
    return lines


def because(step: Step) -> str:
    """Give the criterion that decided, and for each of its facts the patient's value.

    Examples
    --------
    >>> from hcclab.liver_function import ALBI_GRADE
    >>> because(ALBI_GRADE.explain({"bilirubin_umol_l": 20, "albumin_g_l": 38}).deciding)
    'ALBI score ≤ −1.39 (here −2.3713)'
    """
    facts = [_words(fact) for fact in step.facts]
    if not facts or step.reason == " and ".join(facts):
        return step.reason
    told = "; ".join(facts)
    return told if _told_by_facts(step) else f"{step.reason}: {told}"


def remarks(result: Result) -> list[str]:
    """What a system adds for this patient."""
    return list(unique(r.text for e in result.explanations for r in e.remarks))


def mark(source: Source) -> str:
    """Write a source in its short form, with its confidence mark.

    Examples
    --------
    >>> from hcclab.sources import JOHNSON_2015
    >>> mark(JOHNSON_2015)
    'Johnson 2015: verified twice'
    """
    return f"{source.key}: {source.confidence}"


def changes(table: RuleTable, inputs: Mapping[str, Any]) -> list[Change]:
    """The single changes within the usual range that would alter the outcome, nearest first."""
    return [change for change in table.what_if(inputs) if change.after is not None]


def findings(inputs: Mapping[str, Any]) -> str:
    """Write what is known of a patient in one sentence.

    Examples
    --------
    >>> findings({"albumin_g_l": 38.0, "ascites": None, "sex": "male"})
    'albumin 38.0 g/L; sex male.'
    """
    known = (n for n, value in inputs.items() if value is not None)
    return "; ".join(f"{VARIABLES[n].label} {VARIABLES[n].show(inputs[n])}" for n in known) + "."


def assumptions(results: Iterable[Result]) -> str:
    """Name the defaults used in results, in words."""
    assumed = {name: value for result in results for name, value in result.assumed.items()}
    return "; ".join(f"{VARIABLES[n].label} {VARIABLES[n].show(v)}" for n, v in assumed.items())


def cited(results: Iterable[Result]) -> list[Source]:
    """The papers behind results, by key."""
    sources = dict.fromkeys(source for result in results for source in result.system.sources)
    return sorted(sources, key=lambda source: source.key.casefold())


def _page(assessment: Assessment, what_if: bool) -> list[str]:
    shown = touched(assessment)
    parts = []
    if any(value is not None for value in assessment.patient.values()):
        parts += [_wrapped(f"Findings: {findings(assessment.patient)}"), ""]
    for domain, (decided, still_open) in by_domain(shown).items():
        parts += [domain.upper(), ""]
        for result in decided:
            parts += [*_decided(result, what_if), ""]
        if still_open:
            parts.append("Not decided yet:")
            parts += [_wrapped(open_line(result), "  ", "      ") for result in still_open]
            parts.append("")
    if sources := cited(r for r in shown if says_something(r)):
        parts += ["SOURCES", ""]
        parts += [_wrapped(f"{source.key}: {source}", after="  ") for source in sources]
        parts.append("")
    if names := untouched(assessment):
        parts.append(_wrapped(f"Not assessed, nothing given: {', '.join(names)}."))
    return parts


def _decided(result: Result, what_if: bool) -> list[str]:
    indented = partial(_wrapped, first="  ", after="    ")
    papers = "; ".join(map(mark, result.system.sources))
    lines = [_wrapped(headline(result), after="  ")]
    lines += [indented(line) for line in reasons(result)]
    lines += [indented(f"note: {remark}") for remark in remarks(result)]
    if missing := needs(result):
        lines.append(indented(f"still needs {', '.join(missing)}"))
    if what_if:
        lines += [indented(line) for line in _nearest(result)]
    return [*lines, indented(f"[{papers}]")]


def _nearest(result: Result) -> list[str]:
    lines = []
    for table in result.system.grades:
        if result.grades[table.column] is not None:
            nearest = changes(table, result.inputs)[:NEAREST]
            told = "; ".join(map(str, nearest)) or "no single change alters it"
            lines.append(f"what if ({table.title}): {told}")
    return lines


def _every_change(result: Result) -> str:
    lines = []
    for table in result.system.grades:
        lines.append(f"  what if ({table.title}):")
        found = changes(table, result.inputs)
        lines += [f"    {change}" for change in found] or ["    no single change alters it"]
    return "\n".join(lines)


def open_line(result: Result) -> str:
    """Name in one line what is not known and what would settle it."""
    return f"{headline(result)}. Needs {', '.join(needs(result))}"


def _short(output: Formula | Points | RuleTable, result: Result) -> str:
    """The name of an output without that of its system."""
    title, label = result.system.title, output.label
    if not label.casefold().startswith(title.casefold()):
        return label
    rest = label[len(title) :]
    return rest.lstrip() if not rest or rest[0] == " " else label


def _grade(table: RuleTable, decision: Decision) -> str:
    if decision.outcome is not None:
        meaning = table.meanings.get(decision.outcome)
        return show(decision.outcome) + (f" ({meaning})" if meaning else "")
    if len(decision.possible) < len(table.outcomes):
        return " or ".join(map(show, decision.possible))
    return "unknown"


def _told_by_facts(step: Step) -> bool:
    """Tell whether the facts of a rule, one after the other, are all that the rule says."""
    when = step.rule.when
    if when is OTHERWISE:
        return not step.rule.note
    parts = when.parts if isinstance(when, AllOf) else (when,)
    return all(isinstance(p.part if isinstance(p, Not) else p, ATOMS) for p in parts)


def _words(fact: Fact) -> str:
    if fact.value in ("yes", "no"):
        return f"{fact.statement}: {fact.value}"
    if fact.truth:
        told = fact.statement.endswith(f" {fact.value}")
        return fact.statement if told else f"{fact.statement} (here {fact.value})"
    return f"{fact.statement} does not hold (here {fact.value})"


def _wrapped(line: str, first: str = "", after: str = "") -> str:
    return fill(
        line,
        WIDTH,
        initial_indent=first,
        subsequent_indent=after,
        break_long_words=False,
        break_on_hyphens=False,
    )
