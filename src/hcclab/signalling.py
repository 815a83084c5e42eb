"""What a drug blocks, what falls silent behind it, and what still signals.

The network is a list of arrows (`data/signals.csv`), the drugs a list of targets
(`data/drug_targets.csv`). A node signals if an arrow that activates, expresses or recruits reaches
it from a node that signals; what no arrow feeds, such as a growth factor, signals by itself. A
drug silences its targets, and so whatever they alone kept alive. A node whose inhibitor falls
silent is freed.

That is logic, not chemistry: a target is on or off, and nothing has a strength or a time.

>>> state = under("bevacizumab")
>>> state["VEGFR2"], state["CD8 T cell"]
('silent', 'freed')
>>> print(state.path("CD8 T cell"))
bevacizumab binds VEGFA, so MDSC stays away, so CD8 T cell is freed
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from hcclab.data import records

WEAK_NM = 100.0
"""Half inhibition above this is too weak to count as blocked, nM [our convention]."""

STATES = {
    "blocked": "the drug binds it",
    "silent": "nothing reaches it any more",
    "weaker": "fewer arrows reach it, and it still signals",
    "freed": "an inhibitor of it is silent",
    "signals": "as without the drug",
    "off": "silent without the drug already",
}
"""What can become of a node."""

LIMITS: tuple[str, ...] = (
    "Teaching model, not for clinical decisions. Arrows and targets were chosen to teach with; "
    "many are missing.",
    "A target is blocked or not. In a patient it is blocked in part, for part of the day, in some "
    "cells.",
    "Any one arrow that is left keeps a node alive. In a cell strength counts, and cells rewire.",
    f"A target counts as blocked unless its half inhibition is known and above {WEAK_NM:g} nM "
    "[our convention], whatever the dose, and whatever reaches the tumour.",
    "A silent node is no promise: that a pathway is blocked does not show that a tumour shrinks, "
    "nor that a patient lives longer.",
)

_BINDS = "blocks"
"""What the table says of an antibody: it holds its target from outside."""
_ACTS = {"inhibits", _BINDS}
_FEEDS = {"activates", "expresses", "recruits"}
_STOPS = {"recruits": "stays away", "expresses": "is not made"}


class Signal(NamedTuple):
    """One arrow: where from, what it does, where to, and how far that was checked."""

    source: str
    relation: str
    target: str
    pathway: str
    explanation: str
    citation: str
    confidence: str


@dataclass(frozen=True)
class Target:
    """One drug on one target.

    Attributes
    ----------
    drug, target, name
        What binds what, and the name of the construct that was measured.
    action
        What the drug does to it, in a word of the table.
    silences
        Whether that turns the target off.
    potency_nm, potency_type, assay
        Concentration of half inhibition or binding, nM; None where it is withheld.
    potency_confidence
        Mark of the number; empty where there is none.
    withheld
        Why there is no number.
    note, citation, confidence
        What to know, where it stands, and the mark of the relation.
    """

    drug: str
    target: str
    name: str
    action: str
    silences: bool
    potency_nm: float | None
    potency_type: str
    assay: str
    potency_confidence: str
    withheld: str
    note: str
    citation: str
    confidence: str

    @property
    def weak(self) -> bool:
        """Whether half inhibition takes more than `WEAK_NM`."""
        return self.potency_nm is not None and self.potency_nm > WEAK_NM

    @property
    def potency(self) -> str:
        """The number with its kind and mark, or why there is none."""
        if self.potency_nm is None:
            return f"no number: {self.withheld or 'none given'}"
        value = f"{self.potency_type} {self.potency_nm:g} nM"
        return f"{value}, {self.assay} [{self.potency_confidence}]"

    def __str__(self) -> str:
        weak = ", weak" if self.weak else ""
        return f"{self.target}{weak} [{self.confidence}]: {self.potency}"


@cache
def signals() -> tuple[Signal, ...]:
    """All arrows between nodes, without those of the drugs.

    Examples
    --------
    >>> next(str(s.source) for s in signals() if s.target == "FRS2")
    'FGFR4'
    """
    return tuple(
        Signal(*(row[name] for name in Signal._fields))
        for row in records("signals")
        if row["source_type"] != "drug"
    )


@cache
def drugs() -> tuple[str, ...]:
    """Drugs that silence a target, in the order of the table.

    Examples
    --------
    >>> drugs()[:3]
    ('sorafenib', 'lenvatinib', 'regorafenib')
    """
    return tuple(drug for drug, rows in _table().items() if any(row.silences for row in rows))


def targets(drug: str) -> tuple[Target, ...]:
    """What a drug binds, with its potency only where the assay allows one.

    Parameters
    ----------
    drug
        As `drugs` names it.

    Returns
    -------
    tuple of Target
        Strongest first; those without a number last.

    Raises
    ------
    ValueError
        If the drug is not known.

    Examples
    --------
    >>> print(targets("cabozantinib")[1])
    MET [verified]: IC50 1.3 nM, biochemical kinase [verified]
    >>> print(targets("donafenib")[0])
    RAF1 [verified]: no number: no number was checked
    """
    if drug not in _table():
        raise ValueError(f"drug={drug!r} is not one of {', '.join(_table())}")
    none = float("inf")
    return tuple(
        sorted(_table()[drug], key=lambda t: none if t.potency_nm is None else t.potency_nm)
    )


@dataclass(frozen=True)
class State:
    """The network under a drug.

    Attributes
    ----------
    drugs
        The drugs given.
    nodes
        Node to one of `STATES`.
    """

    drugs: tuple[str, ...]
    nodes: Mapping[str, str]
    _on: frozenset[str]
    _starts: frozenset[str]

    def __getitem__(self, node: str) -> str:
        if node not in self.nodes:
            raise ValueError(f"node={node!r} is not in the network")
        return self.nodes[node]

    def all(self, state: str) -> tuple[str, ...]:
        """The nodes in one state, in the order of the network."""
        if state not in STATES:
            raise ValueError(f"state={state!r} is not one of {', '.join(STATES)}")
        return tuple(node for node, is_now in self.nodes.items() if is_now == state)

    def route(self, node: str) -> tuple[str, ...]:
        """The shortest way by which a node still signals, from where it starts; empty if none."""
        if node not in self._on:
            return ()
        backwards = {node: ""}
        queue = deque([node])
        while queue:
            here = queue.popleft()
            if here in self._starts:
                way = [here]
                while backwards[way[-1]]:
                    way.append(backwards[way[-1]])
                return tuple(way)
            for feeder in (s.source for s in _feeding().get(here, ())):
                if feeder in self._on and feeder not in backwards:
                    backwards[feeder] = here
                    queue.append(feeder)
        return ()

    def path(self, node: str) -> str:
        """What becomes of a node, and why, as one plain sentence.

        Examples
        --------
        >>> print(under("fisogatinib", drivers={"FGF19", "KLB"}).path("proliferation"))
        fisogatinib blocks FGFR4, so FRS2 falls silent, so RAS falls silent, so RAF1 falls silent, \
so MEK1/2 falls silent, so ERK1/2 falls silent, so proliferation stops
        >>> print(under("apatinib", drivers={"FGF19", "KLB"}).path("ERK1/2"))
        ERK1/2 still signals: FGF19 → FGFR4 → FRS2 → RAS → RAF1 → MEK1/2 → ERK1/2
        """
        state = self[node]
        if state == "off":
            return f"{node} was silent before"
        if state in {"signals", "weaker"}:
            return f"{node} still signals: {' → '.join(self.route(node))}"
        return ", so ".join(self._why(node))

    def _why(self, node: str) -> list[str]:
        """Steps from a blocked target to a node that changed."""
        start = dict.fromkeys(self.all("blocked"), "")
        words = {name: self._stopped_by(name) for name in start}
        queue = deque(start)
        came = dict(start)
        while queue and node not in words:
            here = queue.popleft()
            if self[here] == "freed":
                continue
            for signal in _leaving().get(here, ()):
                after = signal.target
                feeds = signal.relation in _FEEDS
                fits = self[after] == "silent" if feeds else after in _freed_by(self, here)
                if after in words or not fits:
                    continue
                ends = "stops" if after in _events() else "falls silent"
                words[after] = f"{after} {_STOPS.get(signal.relation, ends)}"
                if not feeds:
                    words[after] = f"{after} is freed"
                came[after] = here
                queue.append(after)
        steps = [node]
        while came[steps[-1]]:
            steps.append(came[steps[-1]])
        return [words[step] for step in reversed(steps)]

    def _stopped_by(self, node: str) -> str:
        drug, hit = next((d, t) for d in self.drugs for t in _strong(d) if t.target == node)
        return f"{drug} {'binds' if hit.action == _BINDS else 'blocks'} {node}"


def under(*given: str, drivers: Collection[str] | None = None) -> State:
    """What becomes of the network under one drug or several.

    Parameters
    ----------
    *given
        Drugs, as `drugs` names them; none for the untreated network.
    drivers
        Of the nodes that signal by themselves, those that do here; all by default.

    Returns
    -------
    State
        Every node with its state.

    Raises
    ------
    ValueError
        If a drug is not known or a driver does not signal by itself.

    Examples
    --------
    >>> state = under("lenvatinib")
    >>> state["FGFR4"], state["angiogenesis"], state["RAS"]
    ('blocked', 'silent', 'weaker')
    >>> state.route("RAS")
    ('EGF', 'EGFR', 'RAS')
    """
    starts = frozenset(roots() if drivers is None else drivers)
    if not starts <= roots():
        raise ValueError(f"drivers={sorted(starts - roots())} do not signal by themselves")
    blocked = frozenset(t.target for drug in given for t in _strong(drug))
    before, now = _reached(starts, frozenset()), _reached(starts, blocked)
    nodes = {}
    for node in _names():
        if node in blocked:
            nodes[node] = "blocked"
        elif node in before and node not in now:
            nodes[node] = "silent"
        elif node not in now:
            nodes[node] = "off"
        elif any(s.source in before - now for s in _stopping().get(node, ())):
            nodes[node] = "freed"
        elif any(s.source in before - now for s in _feeding().get(node, ())):
            nodes[node] = "weaker"
        else:
            nodes[node] = "signals"
    return State(tuple(given), MappingProxyType(nodes), now, starts)


@cache
def roots() -> frozenset[str]:
    """Nodes that signal by themselves: no arrow feeds them, or only arrows that they feed.

    Examples
    --------
    >>> sorted(roots() & {"EGF", "hypoxia", "RAS", "CAF", "TGFB1"})
    ['CAF', 'EGF', 'TGFB1', 'hypoxia']
    """
    everything = {node: _reached(frozenset({node}), frozenset()) for node in _names()}
    fed_by = {node: {a for a, reach in everything.items() if node in reach} for node in everything}
    return frozenset(node for node, above in fed_by.items() if above <= everything[node])


def _reached(starts: frozenset[str], blocked: frozenset[str]) -> frozenset[str]:
    reached = set(starts - blocked)
    queue = deque(sorted(reached))
    while queue:
        for signal in _leaving().get(queue.popleft(), ()):
            after = signal.target
            if signal.relation in _FEEDS and after not in blocked and after not in reached:
                reached.add(after)
                queue.append(after)
    return frozenset(reached)


def _freed_by(state: State, node: str) -> set[str]:
    return {
        s.target
        for s in _leaving().get(node, ())
        if s.relation == "inhibits" and state[s.target] == "freed"
    }


def _strong(drug: str) -> tuple[Target, ...]:
    return tuple(t for t in targets(drug) if t.silences and not t.weak)


@cache
def _names() -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for s in signals() for name in (s.source, s.target)))


@cache
def _events() -> frozenset[str]:
    """Nodes that happen rather than signal, such as growth."""
    return frozenset(r["target"] for r in records("signals") if r["target_type"] == "phenotype")


@cache
def _leaving() -> dict[str, list[Signal]]:
    return _grouped(signals(), "source")


@cache
def _feeding() -> dict[str, list[Signal]]:
    return _grouped((s for s in signals() if s.relation in _FEEDS), "target")


@cache
def _stopping() -> dict[str, list[Signal]]:
    return _grouped((s for s in signals() if s.relation not in _FEEDS), "target")


def _grouped(arrows: Iterable[Signal], end: str) -> dict[str, list[Signal]]:
    found: dict[str, list[Signal]] = {}
    for arrow in arrows:
        found.setdefault(getattr(arrow, end), []).append(arrow)
    return found


@cache
def _table() -> dict[str, list[Target]]:
    table: dict[str, list[Target]] = {}
    for row in records("drug_targets"):
        table.setdefault(row["drug"], []).append(
            Target(
                drug=row["drug"],
                target=row["target"],
                name=row["target_name"],
                action=row["action"],
                silences=row["action"] in _ACTS,
                potency_nm=float(row["potency_nm"]) if row["potency_nm"] else None,
                potency_type=row["potency_type"],
                assay=row["assay"],
                potency_confidence=row["potency_confidence"],
                withheld=row["withheld"],
                note=row["note"],
                citation=row["citation"],
                confidence=row["confidence"],
            )
        )
    return table
