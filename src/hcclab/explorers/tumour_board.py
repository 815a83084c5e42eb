"""The tumour board: a teaching case in steps, for one learner or for a class that votes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets as widgets

from hcclab.board import QUESTIONS, STEPS, TITLES, Board, Question, scores, weak
from hcclab.explorers import board_pages as pages
from hcclab.teaching import look, progress
from hcclab.teaching_cases import Case, load_all

ALL = "all"
TOPICS = {ALL: "all", "diagnosis": "diagnosis", "staging": "staging", "albi": "liver function",
          "locoregional": "treatment in the liver"}  # fmt: skip
DIFFICULTIES = (ALL, "easy", "medium", "boundary", "hard")

_STYLE = """<style>
.hcclab-teaching.hcclab-board { max-width: 78rem; }
.hcclab-board .hcclab-group-name p { font-size: 19px; }
.hcclab-board .hcclab-controls { display: grid; gap: 4px 24px; align-items: end; margin: 0;
  grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); }
.hcclab-board .hcclab-controls > .widget-inline-hbox { width: 100%; height: auto; margin: 0;
  flex-flow: row wrap; }
.hcclab-board .hcclab-controls .widget-label { flex: 1 0 100%; width: auto; max-width: none;
  text-align: left; font-weight: 600; }
.hcclab-board .hcclab-controls select { height: 34px; }
.hcclab-board .hcclab-board-sentence p { font-weight: 600; font-size: 19px; }
.hcclab-board .hcclab-board-path { list-style: none; display: flex; flex-wrap: wrap; margin: 0;
  gap: 6px 10px; padding: 4px 0 8px; }
.hcclab-board-path li { margin: 0; padding: 2px 12px; border-radius: 14px;
  border: 1px solid var(--jp-border-color0, #767676); }
.hcclab-board-path .hcclab-board-now { border-width: 2px; font-weight: 600; }
.hcclab-board .hcclab-board-debrief { font-weight: 600; font-size: 19px; }
.hcclab-board dl.hcclab-board-facts { display: grid; gap: 3px 14px;
  grid-template-columns: max-content 1fr;
  margin: 4px 0; font-size: 18px; }
.hcclab-board dl.hcclab-board-facts :is(dt, dd) { float: none; width: auto; margin: 0; padding: 0; }
.hcclab-board dl.hcclab-board-facts dt { font-weight: 600; }
.hcclab-board svg { display: block; margin: 0; border-radius: 6px; width: 330px; }
.hcclab-board .widget-html { width: auto; max-width: 100%; min-width: 0; }
.hcclab-board .widget-html-content { min-width: 0; max-width: 100%; overflow-wrap: anywhere; }
.hcclab-board-table { overflow-x: auto; overflow-wrap: normal; }
.hcclab-board table { border-collapse: collapse; font-size: 15px; margin: 4px 0; }
.hcclab-board :is(td, th) { border: 1px solid var(--jp-border-color1, #bdbdbd); padding: 2px 8px;
  text-align: left; vertical-align: top; white-space: normal; }
.hcclab-board .hcclab-board-bars { list-style: none; margin: 4px 0 10px; padding: 0;
  font-size: 21px; }
.hcclab-board-bars li { display: grid; grid-template-columns: minmax(90px, 40%) 1fr; margin: 4px 0;
  gap: 10px; align-items: center; }
.hcclab-board-bar { display: flex; align-items: center; gap: 10px; font-size: 21px; }
.hcclab-board-bar b { flex: none; white-space: nowrap; overflow-wrap: normal; }
.hcclab-board-bar i { display: block; height: 26px; background: #0072b2; min-width: 2px; }
.hcclab-board .hcclab-hands { display: grid; grid-template-columns: minmax(150px, 55%) 1fr;
  gap: 10px; align-items: center; margin: 2px 0; }
.hcclab-board .hcclab-hands .widget-text { width: 100%; height: auto; display: flex;
  align-items: center; gap: 8px; margin: 0; }
.hcclab-board .hcclab-hands .widget-label { width: auto; text-align: left; flex: 1; }
.hcclab-board .hcclab-hands input { flex: none; width: 4.2em; max-width: 4.2em; font-size: 20px; }
.hcclab-board.hcclab-class .hcclab-board-facts { font-size: 21px; }
.hcclab-board.hcclab-class .hcclab-hands label { font-size: 20px; line-height: 1.25; }
.hcclab-board summary { cursor: pointer; }
@media (max-width: 500px) {
  .hcclab-board dl.hcclab-board-facts { grid-template-columns: minmax(0, 1fr); gap: 0; }
  .hcclab-board dl.hcclab-board-facts dd { margin: 0 0 4px 10px; }
  .hcclab-board .hcclab-hands { grid-template-columns: 1fr; gap: 0; }
}
</style>"""


class TumourBoard(widgets.VBox):
    """The teaching cases as a tumour board, one at a time.

    A learner alone picks answers. A class votes by show of hands: the teacher types the counts,
    and the option with the most hands is the answer of the class. Nothing is sent anywhere.

    Parameters
    ----------
    case
        The case to begin with.
    name
        The lesson, ``"14_tumour_board"``: under it and the identifier of the case the learner's
        answers are kept. Without a name, nothing is kept.

    Raises
    ------
    ValueError
        If there is no such case.

    Examples
    --------
    >>> board = TumourBoard("c14")
    >>> board.answer(child_pugh="A", albi="2")
    'Right: Child-Pugh class A, ALBI grade 2.'
    >>> board.answer(li_rads="LR-5")
    'Right: LI-RADS category LR-5.'
    >>> board.answer(bclc="C", cnlc="Ia")
    'Off the path: BCLC stage is A, not C. Right: CNLC stage Ia.'
    >>> board
    TumourBoard('c14', 3 of 4 steps)
    """

    def __init__(self, case: str = "c01", name: str = "") -> None:
        self.cases = load_all()
        self.name = name
        self.board = Board(case)
        self.results = _kept(name, self.cases)
        self._revealed = -1
        self._trouble = ""
        self.topic = _dropdown("Topic", [(words, key) for key, words in TOPICS.items()])
        self.difficulty = _dropdown("Difficulty", [(word, word) for word in DIFFICULTIES])
        self.chosen = _dropdown("Case", self._listed(), case)
        self.mode = _dropdown("Who answers", [("one learner", "one"), ("a class votes", "class")])
        self.status = look.status().add_class("hcclab-board-sentence")
        self._path, self._told = widgets.HTML(), widgets.HTML()
        self._lookup, self._reply, self._score = widgets.HTML(), look.status(), widgets.HTML()
        self._asked = widgets.VBox()
        self.button = look.button("Commit and reveal", self._guarded(self._press))
        self._panels: dict[str, _Panel] = {}
        super().__init__(look.page(widgets.HTML(_STYLE), *self._parts()))
        for each in ("hcclab-teaching", "hcclab-explorer", "hcclab-board"):
            self.add_class(each)
        self.topic.observe(self._guarded(self._filter), "value")
        self.difficulty.observe(self._guarded(self._filter), "value")
        self.chosen.observe(self._guarded(self._choose), "value")
        self.mode.observe(self._guarded(self._ask), "value")
        self._ask()

    def _parts(self) -> list[widgets.Widget]:
        controls = widgets.Box([self.topic, self.difficulty, self.chosen, self.mode])
        controls.add_class("hcclab-controls")
        left = widgets.VBox([self._told], layout=widgets.Layout(flex="1 1 330px", min_width="0"))
        right = widgets.VBox(
            [self._asked, self._lookup, self._reply, self.button],
            layout=widgets.Layout(flex="1 1 330px", min_width="0"),
        )
        body = widgets.HBox(
            [left, right], layout=widgets.Layout(flex_flow="row wrap", grid_gap="18px")
        )
        framed = look.group("The board", [controls, self.status, self._path, body, self._score])
        return [framed]

    # Driving it -------------------------------------------------------------------------------

    def show(self, case_id: str) -> str:
        """Put a case on the table, from its beginning.

        Raises
        ------
        ValueError
            If there is no such case.
        """
        self.board, self._revealed = Board(case_id), -1
        if case_id not in [value for _, value in self.chosen.options]:
            self.topic.value = self.difficulty.value = ALL
        self.chosen.value = case_id
        self._ask()
        return self.summary

    def answer(self, **answers: str) -> str:
        """Commit the answers of the step on the table, as the button does, and reveal it.

        Parameters
        ----------
        **answers
            Keys of the options, by name of the question.

        Raises
        ------
        ValueError
            If a question is missing or an option is not known; then nothing is committed.
        """
        if self._revealed >= 0:
            self._go_on()
        self.board.commit(**answers)
        self._record(answers)
        self._revealed = self.board.place - 1
        self._draw()
        return self.summary

    def vote(self, question: str, hands: Mapping[str, int]) -> None:
        """Enter the hands of a class for the options of a question on the table."""
        if self.mode.value != "class":
            self.mode.value = "class"
        panel = self._panels[question]
        for option, count in hands.items():
            panel.counts[option].value = count

    @property
    def summary(self) -> str:
        """One short sentence: what is asked, or how the last step went."""
        if self._revealed < 0:
            done = len(self.results)
            step = self.board.step
            asked = step.title.partition(". ")[2] if step else ""
            return f"Case {self._number}, step {self.board.place + 1} of {len(STEPS)}: {asked}" + (
                f" ({done} of {len(self.cases)} cases finished)" if done else ""
            )
        found = [self.board.verdicts[name] for name in STEPS[self._revealed].questions]
        right = [f"{TITLES[v.question]} {v.answer}" for v in found if v.right]
        wrong = [f"{TITLES[v.question]} is {v.key}, not {v.answer}" for v in found if not v.right]
        parts = [f"Off the path: {', '.join(wrong)}."] if wrong else []
        return " ".join(parts + ([f"Right: {', '.join(right)}."] if right else []))

    @property
    def _number(self) -> int:
        return list(self.cases).index(self.board.case_id) + 1

    # What happens -----------------------------------------------------------------------------

    def _guarded(self, does: Callable[[], None]) -> Callable[..., None]:
        """Show an error where the student looks; the kernel's log is read by nobody."""

        def act(_change: object = None) -> None:
            try:
                does()
            except Exception as error:
                self._reply.value = look.failure(error)
                raise

        return act

    def _filter(self) -> None:
        listed = self._listed()
        now = self.board.case_id
        if not listed:
            self.chosen.options = [("none: choose another topic or difficulty", now)]
            return
        self.chosen.options = listed
        self.chosen.value = now if now in [value for _, value in listed] else listed[0][1]

    def _listed(self) -> list[tuple[str, str]]:
        """The cases of the filter by number; a title would give the answer away."""
        topic = getattr(self, "topic", None)
        wanted = topic.value if topic else ALL
        difficulty = self.difficulty.value if topic and hasattr(self, "difficulty") else ALL
        return [
            (f"{number}{_mark(self.results.get(case_id))}", case_id)
            for number, (case_id, case) in enumerate(self.cases.items(), 1)
            if wanted in (ALL, case.topic) and difficulty in (ALL, case.difficulty)
        ]

    def _choose(self) -> None:
        if self.chosen.value not in (None, self.board.case_id):
            self.board, self._revealed = Board(self.chosen.value), -1
            self._ask()

    def _press(self) -> None:
        if self._revealed >= 0:
            if self.board.finished:
                self.show(self._next())
            else:
                self._go_on()
            return
        chosen = {name: panel.answer for name, panel in self._panels.items()}
        missing = [TITLES[name] for name, answer in chosen.items() if answer is None]
        if missing:
            clash = "count the hands, and break a tie" if self._of_class else "pick an answer"
            self._reply.value = look.paragraph(f"First {clash} for: {', '.join(missing)}.")
            return
        self.answer(**{name: answer for name, answer in chosen.items() if answer is not None})

    @property
    def _of_class(self) -> bool:
        return bool(self.mode.value == "class")

    def _go_on(self) -> None:
        self._revealed = -1
        self._ask()

    def _next(self) -> str:
        """The next case of the filter that is not finished; then the one with most mistakes."""
        listed = [value for _, value in self._listed()] or list(self.cases)
        at = listed.index(self.board.case_id) if self.board.case_id in listed else -1
        after = [*listed[at + 1 :], *listed[: at + 1]]
        fresh = [case_id for case_id in after if case_id not in self.results]
        return fresh[0] if fresh else max(after, key=self._mistakes)

    def _mistakes(self, case_id: str) -> int:
        return sum(not right for right in self.results[case_id].values())

    def _record(self, answers: Mapping[str, str]) -> None:
        """Count what one learner answered, and keep it; a vote is nobody's own answer."""
        board = self.board
        found = {name: board.verdicts[name].right for name in answers}
        if board.finished:
            self.results[board.case_id] = {n: v.right for n, v in board.verdicts.items()}
        if not self.name or self._of_class:
            return
        for name, right in found.items():
            record = progress.Record(
                f"{self.name}/{board.case_id}",
                QUESTIONS.index(name) + 1,
                len(QUESTIONS),
                _fingerprint(board.question(name)),
                answers[name],
                right,
            )
            self._trouble = progress.keep(record) or self._trouble

    # What is shown ----------------------------------------------------------------------------

    def _ask(self) -> None:
        """Put the questions of the step on the table."""
        if self._revealed < 0:
            make = _Hands if self._of_class else _Pick
            self._panels = {question.name: make(question) for question in self.board.asking}
            self._asked.children = [panel.box for panel in self._panels.values()]
        (self.add_class if self._of_class else self.remove_class)("hcclab-class")
        self._draw()

    def _draw(self) -> None:
        revealed = self._revealed >= 0
        place = self._revealed if revealed else self.board.place
        over = revealed and self.board.finished
        closing = pages.closing(self.board) if over else ""
        self._told.value = closing + pages.history(self.board, place)
        self._path.value = pages.path(self.board)
        self.status.value = look.paragraph(self.summary)
        self._lookup.value = "" if revealed else pages.lookup(STEPS[place].name)
        self._reply.value = pages.reveal(self.board, place) if revealed else ""
        shown = self._votes() if revealed else [panel.box for panel in self._panels.values()]
        self._asked.children = shown
        self.button.description = self._label(revealed)
        self._score.value = look.folded("Score and what to revisit", self._scored())

    def _votes(self) -> list[widgets.Widget]:
        """The bars of a class stay on the wall during the reveal."""
        if not self._of_class:
            return []
        made = []
        for name, panel in self._panels.items():
            if not panel.counts:  # one learner answered before a class took over
                continue
            found = self.board.verdicts[name]
            counts = {option: each.value for option, each in panel.counts.items()}
            made.append(widgets.HTML(pages.bars(panel.question, counts, found.key)))
        return made

    def _label(self, revealed: bool) -> str:
        if not revealed:
            return "Commit and reveal"
        return "Next case" if self.board.finished else "Go on"

    def _scored(self) -> str:
        trouble = look.paragraph(self._trouble) if self._trouble else ""
        return pages.score(self.results, scores(self.results)) + trouble

    @property
    def weak(self) -> list[str]:
        """The lessons to revisit, the weakest topic first."""
        return [score.lesson for score in weak(self.results)]

    def __repr__(self) -> str:
        return f"TumourBoard({self.board.case_id!r}, {self.board.place} of {len(STEPS)} steps)"

    def to_html(self) -> str:
        """Return the case on the table with every answer folded away, for a page without kernel."""
        board = Board(self.board.case_id)
        parts = []
        for place, step in enumerate(STEPS):
            parts.append(look.paragraph(step.title) + pages.part(board, place))
            for question in board.asking:
                options = look.bullets(list(question.options.values()))
                parts.append(look.paragraph(question.stem) + options)
            keys = board.reading.keys | {"plan": board.reading.meeting.plans[0]}
            board.commit(**{name: keys[name] for name in step.questions})
            parts.append(look.folded("Answer", pages.reveal(board, place)))
        parts.append(look.folded("The expert", pages.expert(board)))
        return look.static(f"Tumour board, case {self._number}", pages.as_images("".join(parts)))

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        bundle = super()._repr_mimebundle_(**kwargs)
        return {**bundle, "text/plain": repr(self), "text/html": self.to_html()}


# One question on the screen -------------------------------------------------------------------


class _Panel:
    """A question with the controls that take its answer."""

    counts: dict[str, widgets.BoundedIntText]
    box: widgets.VBox

    def __init__(self, question: Question) -> None:
        self.question = question
        self.counts = {}

    @property
    def answer(self) -> str | None:
        raise NotImplementedError


class _Pick(_Panel):
    """One learner picks an option."""

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        options = [(words, key) for key, words in question.options.items()]
        self.control = widgets.RadioButtons(options=options, value=None)
        self.box = look.group(question.stem, [self.control])

    @property
    def answer(self) -> str | None:
        value: str | None = self.control.value
        return value


class _Hands(_Panel):
    """A class raises hands: one count for each option, and bars that grow with them."""

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.counts = {key: _count(words) for key, words in question.options.items()}
        self._bars = {key: widgets.HTML() for key in question.options}
        rows = [widgets.Box([self.counts[key], self._bars[key]]) for key in question.options]
        self.box = look.group(question.stem, [row.add_class("hcclab-hands") for row in rows])
        for each in self.counts.values():
            each.observe(self._draw, "value")
        self._draw()

    def _draw(self, _change: object = None) -> None:
        counts = {option: each.value for option, each in self.counts.items()}
        for option, drawn in self._bars.items():
            drawn.value = pages.bar(counts[option], counts)

    @property
    def answer(self) -> str | None:
        """The option with the most hands; None without hands or with a tie."""
        ranked = sorted(self.counts, key=lambda option: -self.counts[option].value)
        first, second = (self.counts[option].value for option in ranked[:2])
        return ranked[0] if first > second else None


def _count(words: str) -> widgets.BoundedIntText:
    return widgets.BoundedIntText(
        0, min=0, max=999, description=words, style={"description_width": "initial"}
    )


def _dropdown(label: str, options: list[tuple[str, str]], value: str = "") -> widgets.Dropdown:
    return widgets.Dropdown(description=label, options=options, value=value or options[0][1])


def _mark(result: Mapping[str, bool] | None) -> str:
    if result is None:
        return ""
    return " ✓" if all(result.values()) else " ✗ again"


def _fingerprint(question: Question) -> str:
    return progress.fingerprint(question.stem, *question.options)


def _kept(name: str, cases: Mapping[str, Case]) -> dict[str, dict[str, bool]]:
    """The finished cases of an earlier session; an answer to another question does not count."""
    results: dict[str, dict[str, bool]] = {}
    for case_id in cases if name else ():
        kept = progress.last(f"{name}/{case_id}")
        if len(kept) < len(QUESTIONS):
            continue
        board = Board(case_id)
        found = {
            question: kept[item].right
            for item, question in enumerate(QUESTIONS, 1)
            if item in kept and kept[item].question == _fingerprint(board.question(question))
        }
        if len(found) == len(QUESTIONS):
            results[case_id] = found
    return results
