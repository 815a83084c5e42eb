"""How well a student did, by topic, and which lesson to revisit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hcclab.teaching_cases import load

LESSONS = {
    "diagnosis": "01_diagnosis",
    "staging": "02_staging",
    "albi": "03_albi",
    "locoregional": "06_embolisation_and_radiation",
}
"""The lesson that teaches each topic of the cases."""


WEAK = 0.8
"""A topic with a smaller share of right answers is weak: our convention."""


@dataclass(frozen=True)
class Score:
    """Answers to the questions of one topic.

    Attributes
    ----------
    topic
        As in the cases.
    right, asked
        How many answers were right, of how many.
    """

    topic: str
    right: int
    asked: int

    @property
    def lesson(self) -> str:
        """The lesson to revisit."""
        return LESSONS[self.topic]

    @property
    def weak(self) -> bool:
        """Whether the topic is one to revisit."""
        return self.right < WEAK * self.asked


def scores(results: Mapping[str, Mapping[str, bool]]) -> list[Score]:
    """Add up answers by topic, the weakest topic first.

    Parameters
    ----------
    results
        For each case, by its identifier, which questions were answered rightly.

    Examples
    --------
    >>> for score in scores({"c01": {"albi": True, "bclc": False}, "c18": {"albi": True}}):
    ...     print(score.topic, score.right, score.asked, score.lesson)
    staging 1 2 02_staging
    albi 1 1 03_albi
    """
    topics: dict[str, list[bool]] = {}
    for case_id, answers in results.items():
        topics.setdefault(load(case_id).topic, []).extend(answers.values())
    added = [Score(topic, sum(right), len(right)) for topic, right in topics.items() if right]
    return sorted(added, key=lambda score: score.right / score.asked)


def weak(results: Mapping[str, Mapping[str, bool]]) -> list[Score]:
    """Name the topics to revisit, the weakest first."""
    return [score for score in scores(results) if score.weak]
