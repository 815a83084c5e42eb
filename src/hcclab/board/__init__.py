"""A tumour board on paper: teaching cases in steps, an answer before each reveal, a debrief.

No widget here. Every key is what the package computes; what a wrong answer would have taken is
found by changing one finding and reading the rule tables again.

>>> board = Board("c10")
>>> [question.name for question in board.asking]
['child_pugh', 'albi']
>>> verdicts = board.commit(child_pugh="A", albi="2")
>>> verdicts["child_pugh"].right, verdicts["albi"].right
(False, True)
>>> for line in board.debrief().lines():
...     print(line)
First step off the path: Child-Pugh class. You said A; the rules give B.
Class A would be right with ascites none instead of mild. The rules give class B.
>>> [question.name for question in board.asking]
['li_rads']
"""

from hcclab.board.meeting import QUESTIONS, STEPS, TITLES, Board, Debrief, Question, Step, Verdict
from hcclab.board.plans import PLANS, why_not
from hcclab.board.reading import NO_STAGE, NOT_FOR, Reading
from hcclab.board.scores import LESSONS, Score, scores, weak

__all__ = [
    "LESSONS",
    "NOT_FOR",
    "NO_STAGE",
    "PLANS",
    "QUESTIONS",
    "STEPS",
    "TITLES",
    "Board",
    "Debrief",
    "Question",
    "Reading",
    "Score",
    "Step",
    "Verdict",
    "scores",
    "weak",
    "why_not",
]
