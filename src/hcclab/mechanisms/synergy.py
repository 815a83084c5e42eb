"""Synergy: what two drugs should do together if neither helped the other, by three definitions.

An effect is a share: 0 is none, 1 is all there is to gain. Before one may speak of synergy one must
say what is expected without it, and the definitions differ:

* highest single agent: the better drug alone;
* Bliss 1939: chances multiply, as if each drug hit without knowing of the other;
* Loewe 1926: doses add, as if one drug were a dilution of the other.

Loewe needs the whole dose-response curve of each drug (here Hill curves), Bliss only two effects.
A drug combined with itself shows the difference: by Loewe nothing is gained, by Bliss it may seem
so. The definitions are from memory, the curves of this page are chosen to teach. A result above an
expectation says that the drugs are not independent in this sense; it cannot say why, nor that a
patient is better off.

>>> drug = DoseResponse()
>>> halves = [round(float(hill_effect(drug, dose)), 4) for dose in (0.5, 1)]
>>> print(f"each half {halves[0]}, Loewe {loewe(drug, drug, 0.5, 0.5):.4f} = whole {halves[1]}")
each half 0.3333, Loewe 0.5000 = whole 0.5
>>> print(f"Bliss {bliss(1 / 3, 1 / 3):.4f}")
Bliss 0.5556
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from hcclab.mechanisms.parameters import Parameters, parameter

Rule = Literal["loewe", "bliss"]
RULES: tuple[Rule, ...] = ("loewe", "bliss")

LIMITS: tuple[str, ...] = (
    "Teaching model, not for clinical decisions. The dose-response curves are illustrative.",
    "Bliss, Loewe and the highest single agent are given as we remember them [from memory].",
    "Synergy depends on the definition: a drug combined with itself is never synergistic by Loewe, "
    "and may be so by Bliss.",
    "An effect above the expectation does not say how the drugs help each other, and a trial "
    "without both drugs alone cannot show it.",
)


@dataclass(frozen=True)
class DoseResponse(Parameters):
    """The Hill curve of one drug; doses in any unit, the same throughout."""

    largest_effect: float = parameter(
        1, "effect of a very high dose", usual=(0.1, 1), hard=(0.001, 1), step=0.05, code="T"
    )
    half_dose: float = parameter(
        1, "dose of half that effect", usual=(0.1, 10), hard=(1e-6, 1e6), step=0.1, code="T"
    )
    steepness: float = parameter(
        1, "steepness of the curve", usual=(0.5, 4), hard=(0.1, 20), step=0.1, code="T"
    )


def hill_effect(drug: DoseResponse, dose: Any) -> Any:
    """Effect of one drug alone.

    Parameters
    ----------
    drug
        Its curve.
    dose
        Dose, a number or an array.

    Returns
    -------
    Same kind as `dose`
        Effect, 0 to 1.

    Raises
    ------
    ValueError
        If a dose is below 0.

    Examples
    --------
    >>> float(hill_effect(DoseResponse(largest_effect=0.9, half_dose=2, steepness=1.5), 2))
    0.45
    """
    power = (_dose("dose", dose) / drug.half_dose) ** drug.steepness
    # Written so that an unlimited dose gives the largest effect.
    with np.errstate(divide="ignore"):
        return drug.largest_effect / (1 + 1 / power)


def dose_for(drug: DoseResponse, effect: Any) -> Any:
    """Dose of one drug alone that has an effect.

    Parameters
    ----------
    drug
        Its curve.
    effect
        Effect, a number or an array.

    Returns
    -------
    Same kind as `effect`
        Dose; infinite if no dose does so much.

    Raises
    ------
    ValueError
        If an effect is outside 0 to 1.

    Examples
    --------
    >>> dose_for(DoseResponse(largest_effect=0.8), [0, 0.4, 0.8]).tolist()
    [0.0, 1.0, inf]
    """
    wanted = np.asarray(effect, dtype=float)
    if not np.all((wanted >= 0) & (wanted <= 1)):
        raise ValueError(f"effect={effect} must lie between 0 and 1")
    missing = np.maximum(drug.largest_effect - wanted, 0)
    with np.errstate(divide="ignore"):
        return drug.half_dose * (wanted / missing) ** (1 / drug.steepness)


def highest_single_agent(effect_a: Any, effect_b: Any) -> Any:
    """Effect of the better drug alone.

    Parameters
    ----------
    effect_a, effect_b
        Effects of each drug alone, numbers or arrays.

    Returns
    -------
    Same kind as the effects
        The larger.

    Raises
    ------
    ValueError
        If an effect is above 1.

    Examples
    --------
    >>> float(highest_single_agent(0.5, 0.45))
    0.5
    """
    return np.maximum(_share("effect_a", effect_a), _share("effect_b", effect_b))


def bliss(effect_a: Any, effect_b: Any) -> Any:
    """Effect of two drugs that act independently: what one leaves, the other may still hit.

    Parameters
    ----------
    effect_a, effect_b
        Effects of each drug alone, numbers or arrays. Below 0 is harm.

    Returns
    -------
    Same kind as the effects
        Expected effect; subtract it from what is observed for the excess.

    Raises
    ------
    ValueError
        If an effect is above 1.

    References
    ----------
    Bliss 1939.

    Examples
    --------
    >>> round(float(bliss(0.5, 0.45)), 3)
    0.725
    """
    a, b = _share("effect_a", effect_a), _share("effect_b", effect_b)
    return a + b - a * b


def loewe(drug_a: DoseResponse, drug_b: DoseResponse, dose_a: Any, dose_b: Any) -> Any:
    """Effect of two drugs of which each is as good as a dilution of the other.

    Parameters
    ----------
    drug_a, drug_b
        Their curves.
    dose_a, dose_b
        Doses given together, numbers or arrays that broadcast.

    Returns
    -------
    Same kind as the doses
        Expected effect. Where it is more than one of the drugs can do at all, that drug adds
        nothing.

    Raises
    ------
    ValueError
        If a dose is below 0 or not finite.

    References
    ----------
    Loewe 1926.

    Examples
    --------
    >>> weak = DoseResponse(largest_effect=0.9, half_dose=2, steepness=1.5)
    >>> round(float(loewe(DoseResponse(), weak, 1, 2)), 4)
    0.6659
    """
    a, b = np.broadcast_arrays(_dose("dose_a", dose_a), _dose("dose_b", dose_b))
    if not (np.all(np.isfinite(a)) and np.all(np.isfinite(b))):
        raise ValueError(f"dose_a={dose_a} and dose_b={dose_b} must be finite")
    low = np.zeros(a.shape)
    high = np.full(a.shape, max(drug_a.largest_effect, drug_b.largest_effect))
    # The left side of Loewe's equation falls with the effect, so halving always finds it.
    for _ in range(52):
        middle = (low + high) / 2
        enough = _left_side(drug_a, drug_b, a, b, middle) > 1
        low, high = np.where(enough, middle, low), np.where(enough, high, middle)
    return np.where((a == 0) & (b == 0), 0, high)[()]


def combination_index(
    drug_a: DoseResponse, drug_b: DoseResponse, dose_a: Any, dose_b: Any, effect: Any
) -> Any:
    """Dose that was needed over the dose that Loewe expects: below 1 is synergy, above antagonism.

    Parameters
    ----------
    drug_a, drug_b
        Their curves.
    dose_a, dose_b
        Doses given together, numbers or arrays that broadcast.
    effect
        Effect observed.

    Returns
    -------
    Same kind as the doses
        Combination index.

    Raises
    ------
    ValueError
        If a dose is below 0, or an effect is 0 or not below the largest that either drug can have,
        where no index exists.

    Examples
    --------
    >>> drug = DoseResponse()
    >>> float(combination_index(drug, drug, 0.5, 0.5, 0.5))
    1.0
    """
    most = max(drug_a.largest_effect, drug_b.largest_effect)
    observed = np.asarray(effect, dtype=float)
    if not np.all((observed > 0) & (observed < most)):
        raise ValueError(
            f"effect={effect} must lie above 0 and below {most:g}, the largest effect of either "
            "drug, for an index to exist"
        )
    a, b = _dose("dose_a", dose_a), _dose("dose_b", dose_b)
    return _left_side(drug_a, drug_b, a, b, observed)


def isobole(
    drug_a: DoseResponse, drug_b: DoseResponse, effect: float, dose_a: Any, rule: Rule = "loewe"
) -> Any:
    """Dose of drug B that is expected to bring drug A up to an effect.

    Parameters
    ----------
    drug_a, drug_b
        Their curves.
    effect
        Effect wanted.
    dose_a
        Doses of drug A, a number or an array.
    rule
        ``loewe``, a straight line, or ``bliss``.

    Returns
    -------
    Same kind as `dose_a`
        Dose of drug B; infinite if no dose of it is enough, NaN where drug A alone does more.

    Raises
    ------
    ValueError
        If the rule is not known, a dose is below 0, or the effect is not above 0 or above 1.

    Examples
    --------
    >>> drug = DoseResponse()
    >>> [isobole(drug, drug, 0.5, [0, 0.5, 1], rule).round(3).tolist() for rule in RULES]
    [[1.0, 0.5, 0.0], [1.0, 0.333, 0.0]]
    """
    if rule not in RULES:
        raise ValueError(f"rule={rule!r} is not one of {', '.join(RULES)}")
    if not 0 < effect <= 1:
        raise ValueError(f"effect={effect} must lie above 0 and not above 1")
    given = _dose("dose_a", dose_a)
    if rule == "loewe":
        left = 1 - given / dose_for(drug_a, effect)
    else:
        done = hill_effect(drug_a, given)
        with np.errstate(over="ignore"):
            left = (effect - done) / np.maximum(1 - done, np.finfo(float).tiny)
    # At the end of the curve only rounding is left over.
    left = np.where(np.abs(left) < 1e-12, 0, left)
    share = np.clip(left, 0, 1)
    if rule == "loewe":
        alone = np.broadcast_to(dose_for(drug_b, effect), left.shape)
        needed = np.multiply(alone, share, out=np.zeros(left.shape), where=share > 0)
    else:
        needed = dose_for(drug_b, share)
    return np.where(left < 0, np.nan, needed)[()]


def _left_side(drug_a: DoseResponse, drug_b: DoseResponse, a: Any, b: Any, effect: Any) -> Any:
    return a / dose_for(drug_a, effect) + b / dose_for(drug_b, effect)


def _dose(name: str, dose: Any) -> Any:
    given = np.asarray(dose, dtype=float)
    if not np.all(given >= 0):
        raise ValueError(f"{name}={dose} must not be below 0")
    return given


def _share(name: str, effect: Any) -> Any:
    share = np.asarray(effect, dtype=float)
    if not np.all(share <= 1):
        raise ValueError(f"{name}={effect} must not be above 1")
    return share
