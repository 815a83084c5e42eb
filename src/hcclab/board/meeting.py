"""One case before the board: history in steps, an answer before each reveal, a debrief."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hcclab.board.history import HISTORY
from hcclab.board.misreading import Misreading, deciding_facts, misreadings, population
from hcclab.board.plans import PLANS, why_not
from hcclab.board.reading import NO_STAGE, NOT_FOR, Reading
from hcclab.liver_function import ALBI_GRADE
from hcclab.rules import Explanation, RuleTable
from hcclab.staging import BCLC_2022, CNLC
from hcclab.teaching_cases import Case
from hcclab.treatment import stage_text

EDITION = "2022"

# The questions --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Question:
    """What the board asks, and the answers it can give, by key and in words."""

    name: str
    stem: str
    options: Mapping[str, str]


@dataclass(frozen=True)
class Step:
    """One part of the history, and what is asked after it."""

    name: str
    title: str
    questions: tuple[str, ...]


STEPS = (
    Step("liver", "1. Who is it, and how is the liver?", ("child_pugh", "albi")),
    Step("diagnosis", "2. Is it HCC?", ("li_rads",)),
    Step("stage", "3. How far, and how fit?", ("bclc", "cnlc")),
    Step("plan", "4. What do we do?", ("plan",)),
)

_LI_RADS = {
    "LR-3": "LR-3: intermediate probability",
    "LR-4": "LR-4: probably HCC",
    "LR-5": "LR-5: definitely HCC",
    "LR-M": "LR-M: malignant, not surely HCC",
    "LR-TIV": "LR-TIV: tumour in vein",
    NOT_FOR: "LI-RADS is not for this patient",
}


def _stages(table: RuleTable, order: Sequence[str]) -> dict[str, str]:
    names = {stage: f"{stage}: {table.meanings[stage]}" for stage in order}
    return {**names, NO_STAGE: "none: no HCC is established"}


_QUESTIONS = {
    "child_pugh": Question("child_pugh", "Child-Pugh class?", {c: c for c in "ABC"}),
    "albi": Question("albi", "ALBI grade?", {g: g for g in ALBI_GRADE.outcomes}),
    "li_rads": Question("li_rads", "LI-RADS category of nodule 1?", _LI_RADS),
    "bclc": Question("bclc", "BCLC 2022 stage?", _stages(BCLC_2022, ("0", "A", "B", "C", "D"))),
    "cnlc": Question("cnlc", "CNLC stage?", _stages(CNLC, CNLC.outcomes[::-1])),
}
_PLAN_STEM = "What do you offer first?"

QUESTIONS = (*_QUESTIONS, "plan")
"""Names of the questions, in the order in which the board asks them."""


# One case on the table ------------------------------------------------------------------------


@dataclass(frozen=True)
class Verdict:
    """What is told after an answer.

    Attributes
    ----------
    question, answer, key
        Name of the question, the student's answer, and the right one.
    right
        Whether the answer counts as right; a plan has several that do.
    reason
        Why the answer is right or wrong, in a sentence or two.
    facts
        The comparisons that decided, with value and threshold.
    source
        From where, and how far checked.
    """

    question: str
    answer: str
    key: str
    right: bool
    reason: str
    facts: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class Slip:
    """A wrong answer after the first, and whether it follows from that."""

    question: str
    answer: str
    follows: bool


@dataclass(frozen=True)
class Debrief:
    """Where the reasoning left the path, and what that led to.

    Attributes
    ----------
    first
        The first wrong verdict, or None.
    misreading
        What that answer would have taken.
    slips
        The wrong answers after it.
    """

    first: Verdict | None
    misreading: str = ""
    slips: tuple[Slip, ...] = ()

    def lines(self) -> list[str]:
        """Tell it in plain words, a sentence or two a line."""
        if self.first is None:
            return ["No step left the path."]
        name, said, key = TITLES[self.first.question], self.first.answer, self.first.key
        lines = [f"First step off the path: {name}. You said {said}; the rules give {key}."]
        if self.first.question == "plan":
            lines = [f"Right up to the plan. You chose {said}; first comes {key}."]
        lines.append(self.misreading)
        for slip in self.slips:
            how = "which follows from it" if slip.follows else "a second slip of its own"
            lines.append(f"Then: {TITLES[slip.question]} {slip.answer}, {how}.")
        if self.slips and all(slip.follows for slip in self.slips):
            lines.append("One misread finding, and every later slip came from it.")
        return lines


TITLES = {
    "child_pugh": "Child-Pugh class",
    "albi": "ALBI grade",
    "li_rads": "LI-RADS category",
    "bclc": "BCLC stage",
    "cnlc": "CNLC stage",
    "plan": "plan",
}


@dataclass
class Board:
    """One case: history in steps, an answer to every question before the step is revealed.

    Parameters
    ----------
    case_id
        Identifier of a teaching case.

    Raises
    ------
    ValueError
        If there is no such case.

    Examples
    --------
    >>> board = Board("c01")
    >>> board.commit(child_pugh="A", albi="1")["albi"].right
    True
    >>> board.commit(li_rads="LR-3")["li_rads"].reason
    'LR-3 would be right without nonperipheral washout, but it is there. The rules give LR-5.'
    >>> board.debrief().first.question
    'li_rads'
    """

    case_id: str
    answers: dict[str, str] = field(default_factory=dict, init=False)
    verdicts: dict[str, Verdict] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.reading = Reading.of(self.case_id)

    @property
    def case(self) -> Case:
        return self.reading.case

    @property
    def place(self) -> int:
        """How many steps are committed."""
        return sum(step.questions[-1] in self.answers for step in STEPS)

    @property
    def step(self) -> Step | None:
        """The step on the table, or None when all are committed."""
        return STEPS[self.place] if self.place < len(STEPS) else None

    @property
    def finished(self) -> bool:
        return self.step is None

    @property
    def asking(self) -> tuple[Question, ...]:
        """The questions of the step on the table."""
        return tuple(self.question(name) for name in self.step.questions) if self.step else ()

    def question(self, name: str) -> Question:
        """Return a question with the options it has in this case."""
        if name != "plan":
            return _QUESTIONS[name]
        meeting = self.reading.meeting
        offered = {*meeting.plans, *meeting.distractors}
        options = {plan: words for plan, words in PLANS.items() if plan in offered}
        return Question("plan", _PLAN_STEM, options)

    def history(self, step: str) -> list[tuple[str, str]]:
        """Tell the part of the history that belongs to a step, as labels and texts."""
        return HISTORY[step](self.reading)

    def commit(self, **answers: str) -> dict[str, Verdict]:
        """Answer every question of the step on the table, and have it revealed.

        Parameters
        ----------
        **answers
            Keys of the options, by name of the question.

        Returns
        -------
        dict of str to Verdict
            What the package says, by name of the question.

        Raises
        ------
        ValueError
            If the case is over, a question of this step is not answered, another one is, or an
            option does not exist. Then nothing is committed.
        """
        asked = {question.name: question for question in self.asking}
        if set(answers) != set(asked):
            wanted = ", ".join(asked) or "nothing: the case is over"
            given = ", ".join(answers) or "nothing"
            raise ValueError(f"this step asks for {wanted}; you answered {given}")
        for name, answer in answers.items():
            if answer not in asked[name].options:
                known = ", ".join(asked[name].options)
                raise ValueError(f"{name}={answer!r} is not one of {known}")
        self.answers |= answers
        new = {name: judge(self.reading, name, answers[name], answers) for name in asked}
        self.verdicts |= new
        return new

    def debrief(self) -> Debrief:
        """Find the first wrong step among those committed, and what it led to."""
        wrong = [verdict for verdict in self.verdicts.values() if not verdict.right]
        if not wrong:
            return Debrief(None)
        first, *later = wrong
        found = _likeliest(
            self.reading, first.question, first.answer, [(v.question, v.answer) for v in later]
        )
        slips = tuple(Slip(v.question, v.answer, _follows(self, first, found, v)) for v in later)
        return Debrief(first, found.text, slips)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What the package notes besides the stage."""
        if self.reading.keys["bclc"] == NO_STAGE:
            return ()
        tables = (self.reading.explanation(name) for name in ("bclc", "cnlc"))
        return tuple(f"{e.table.title}: {r.text}" for e in tables for r in e.remarks)

    @property
    def edge(self) -> str:
        """The nearest change of one finding that would alter the BCLC stage."""
        if self.reading.keys["bclc"] == NO_STAGE:
            return ""
        changes = (c for c in BCLC_2022.what_if(self.reading.staged) if c.after is not None)
        return next(map(str, changes), "")

    @property
    def offers(self) -> tuple[str, ...]:
        """What the guidelines offer the stages of this patient."""
        keys = self.reading.keys
        if keys["bclc"] == NO_STAGE:
            return ()
        rows = (*stage_text("bclc", keys["bclc"], EDITION), *stage_text("cnlc", keys["cnlc"]))
        return tuple(map(str, rows))


# Judging an answer ----------------------------------------------------------------------------


def judge(reading: Reading, name: str, answer: str, answers: Mapping[str, str]) -> Verdict:
    """Judge one answer; the other answers of the step tell which misreading is the likeliest."""
    if name == "plan":
        return _judge_plan(reading, answer)
    key = reading.keys[name]
    why = reading.explanation(name)
    facts = _facts(reading, name, why)
    if answer == key:
        reason = _decided_by(reading, name, why)
    else:
        others = [other for other in answers if other != name]
        slips = [
            (other, answers[other]) for other in others if answers[other] != reading.keys[other]
        ]
        reason = _likeliest(reading, name, answer, slips).text
    return Verdict(name, answer, key, answer == key, reason, facts, str(why.table.source))


def _judge_plan(reading: Reading, answer: str) -> Verdict:
    plans, case = reading.meeting.plans, reading.case
    right = answer in plans
    reason = f"The expert: {case.first_option}." if right else why_not(answer, reading)
    return Verdict(
        "plan", answer, plans[0], right, reason, (), f"{case.source} [{case.confidence}]"
    )


def _decided_by(reading: Reading, name: str, why: Explanation) -> str:
    key = reading.keys[name]
    if key == NO_STAGE:
        return "No HCC is established, so there is nothing to stage."
    if key == NOT_FOR:
        return f"{population(why)} Tissue decides here."
    deciding = why.deciding
    return f"Decided by: {deciding.reason}." if deciding else ""


def _facts(reading: Reading, name: str, why: Explanation) -> tuple[str, ...]:
    if reading.keys[name] == NO_STAGE:
        return ()
    if name == "child_pugh":
        items = reading.results[name].items
        points = ", ".join(f"{item.lower()} {value}" for item, value in items.items())
        return (f"Points: {points}; together {reading.results[name].value}",)
    if name == "albi":
        return (f"Score {reading.results[name].value:.4f}".replace("-", "−"), *deciding_facts(why))
    return deciding_facts(why)


def _likeliest(
    reading: Reading, name: str, answer: str, later: Sequence[tuple[str, str]]
) -> Misreading:
    """Choose the misreading that explains the most of the other wrong answers."""

    def explained(found: Misreading) -> int:
        return sum(_explains(found, question, said) for question, said in later)

    return max(misreadings(reading, name, answer), key=explained)


def _explains(found: Misreading, question: str, answer: str) -> bool:
    if found.reading is None:
        return False
    if question == "plan":
        return not why_not(answer, found.reading)
    return found.reading.keys[question] == answer


def _follows(board: Board, first: Verdict, found: Misreading, later: Verdict) -> bool:
    """Whether a later wrong answer is what the first misreading leads to."""
    if _explains(found, later.question, later.answer):
        return True
    if later.question != "plan":
        return False
    stage = board.verdicts["bclc"]
    explained = stage is first or _explains(found, "bclc", stage.answer)
    if stage.right or not explained or stage.answer == NO_STAGE:
        return False
    return any(later.answer in row.options for row in stage_text("bclc", stage.answer, EDITION))
