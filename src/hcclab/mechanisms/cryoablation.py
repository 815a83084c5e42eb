"""Cryoablation: an ice ball that grows around a needle, and the smaller part of it that is lethal.

Around a long needle the heat content H of tissue follows, with thawed tissue fed by blood::

    dH/dt = 1/r d/dr(k r dT/dr) + [thawed] (perfusion (density c of blood) (body - T) + metabolism)

Tissue freezes over a range of temperature, and gives off its latent heat there. Ice conducts four
times as well as thawed tissue and has no blood flow. The needle reaches its temperature within half
a minute; while it passively thaws, no heat passes through it.

The equation is the usual one for heat in tissue, with freezing added. The tissue numbers are those
of a published simulation, the needle is a teaching choice, and nothing was fitted. The model shows
that the edge of the ice, which imaging shows, is far outside what dies, and what a second freeze
adds. It cannot tell the ice of a patient: it is a cylinder without ends around one needle, without
vessels, and death is told by a temperature alone.

>>> done = freeze(Cryoablation())
>>> print(f"ice to {done.ice_mm[-1]:.1f} mm, lethal cold to {done.lethal_mm[-1]:.1f} mm")
ice to 16.6 mm, lethal cold to 8.0 mm
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, get_args

import numpy as np
from scipy.linalg.lapack import dgtsv

from hcclab.mechanisms.parameters import Parameters, parameter
from hcclab.mechanisms.shells import Mesh, reach_mm

Shape = Literal["plane", "cylinder", "sphere"]
SHAPES: tuple[Shape, ...] = get_args(Shape)

MESH = Mesh(cells=90, step_s=4, outer_mm=50, ratio=8, rounds=3)
QUICK = MESH._replace(cells=60, step_s=6)

NARROWEST_C = 4.0
"""Narrowest range of freezing, °C, for which the solver finds its way."""

LIMITS: tuple[str, ...] = (
    "Teaching model, not for clinical decisions: one endless needle in even tissue.",
    "The needle (its radius, its temperature, half a minute to reach it) is a teaching choice and "
    "no product.",
    "Death is told by a temperature alone, and sources put it between -20 and -40 °C. How fast and "
    "how long tissue freezes and thaws is not in the model.",
    "Blood flow is that of the publication, less than a tenth of what models of heat ablation take "
    "for liver; try theirs too.",
    "The edge of the ice is where tissue begins to freeze, at -1 °C.",
    "The range of freezing cannot be moved freely: the solver fails where it is narrower than "
    "about 4 °C.",
    "Each freeze starts with the needle at body temperature, as if it had been warmed.",
)

TABLE = "Micromachines 2025;16:1321, parameter table"


@dataclass(frozen=True)
class Cryoablation(Parameters):
    """One cryoprobe in liver.

    References
    ----------
    Micromachines 2025;16:1321, for the tissue.

    Raises
    ------
    ValueError
        If a value is outside its limits, or tissue freezes within less than 4 °C.
    """

    probe_c: float = parameter(
        -140,
        "temperature of the needle",
        "°C",
        usual=(-180, 0),
        hard=(-200, 37),
        step=5,
        code="T",
    )
    probe_mm: float = parameter(
        1.2, "radius of the needle", "mm", usual=(0.5, 3), hard=(0.1, 20), step=0.1, code="T"
    )
    ramp_s: float = parameter(
        30,
        "time until the needle has its temperature",
        "s",
        usual=(0, 120),
        hard=(0, 3600),
        step=5,
        code="T",
    )
    lethal_c: float = parameter(
        -40,
        "temperature that kills",
        "°C",
        usual=(-60, -20),
        hard=(-150, -1),
        step=5,
        code="V2",
        source="a teaching page; also Knavel and Brace, PMC4281168",
        note="from -20 to -40 °C only part of the cells die",
    )
    perfusion_per_s: float = parameter(
        5e-4,
        "blood flow, in volumes of tissue",
        "1/s",
        usual=(0, 0.0064),
        hard=(0, 1),
        step=0.0001,
        code="V",
        source=TABLE,
        note="models of heat ablation in liver take 0.0064",
    )
    blood_density_kg_m3: float = parameter(
        1000,
        "density of blood",
        "kg/m³",
        usual=(1000, 1060),
        hard=(500, 2000),
        code="T",
        note="taken as that of water",
    )
    blood_heat_capacity_j_kg_k: float = parameter(
        3600,
        "heat capacity of blood",
        "J/kg/K",
        usual=(3600, 4180),
        hard=(1000, 6000),
        step=20,
        code="V",
        source=TABLE,
    )
    metabolism_w_m3: float = parameter(
        4200,
        "heat of metabolism",
        "W/m³",
        usual=(0, 40_000),
        hard=(0, 1e6),
        step=100,
        code="V",
        source=TABLE,
    )
    body_c: float = parameter(
        37,
        "temperature of blood and body",
        "°C",
        usual=(35, 40),
        hard=(10, 43),
        step=0.5,
        code="T",
        note="normal body temperature",
    )
    thawed_conductivity_w_m_k: float = parameter(
        0.5,
        "thermal conductivity of thawed tissue",
        "W/m/K",
        usual=(0.4, 0.6),
        hard=(0.05, 5),
        step=0.01,
        code="V",
        source=TABLE,
    )
    frozen_conductivity_w_m_k: float = parameter(
        2,
        "thermal conductivity of frozen tissue",
        "W/m/K",
        usual=(1.5, 2.5),
        hard=(0.05, 5),
        step=0.1,
        code="V",
        source=TABLE,
    )
    thawed_heat_capacity_mj_m3_k: float = parameter(
        3.6,
        "heat capacity of thawed tissue",
        "MJ/m³/K",
        usual=(3.4, 4.2),
        hard=(0.5, 10),
        step=0.1,
        code="V",
        source=TABLE,
    )
    frozen_heat_capacity_mj_m3_k: float = parameter(
        1.8,
        "heat capacity of frozen tissue",
        "MJ/m³/K",
        usual=(1.6, 2.2),
        hard=(0.5, 10),
        step=0.1,
        code="V",
        source=TABLE,
    )
    latent_heat_mj_m3: float = parameter(
        250,
        "latent heat of freezing",
        "MJ/m³",
        usual=(200, 330),
        hard=(100, 1000),
        step=10,
        code="V",
        source=TABLE,
    )
    freezes_from_c: float = parameter(
        -1,
        "temperature at which tissue begins to freeze",
        "°C",
        usual=(-1, -1),
        hard=(-3, 1),
        code="V",
        source=TABLE,
        note="not a slider: the solver needs a range of freezing of 4 °C or more",
    )
    frozen_at_c: float = parameter(
        -8,
        "temperature at which tissue is frozen",
        "°C",
        usual=(-8, -8),
        hard=(-20, -3),
        code="V",
        source=TABLE,
        note="not a slider: the solver needs a range of freezing of 4 °C or more",
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.freezes_from_c - self.frozen_at_c < NARROWEST_C:
            raise ValueError(
                f"frozen_at_c={self.frozen_at_c:g} must be {NARROWEST_C:g} °C or more below "
                f"freezes_from_c={self.freezes_from_c:g}"
            )


class Frozen(NamedTuple):
    """Tissue under cold. Rows are times, from 0; columns are shells.

    `ice_mm` is the edge of the ice at that time; `lethal_mm` is how far the lethal temperature has
    reached until then. Both are 0 before there is any.
    """

    r_mm: Any
    t_min: Any
    temperature_c: Any
    ice_mm: Any
    lethal_mm: Any


def freeze(
    cryo: Cryoablation,
    cycle_min: Sequence[float] = (10,),
    *,
    shape: Shape = "cylinder",
    mesh: Mesh = MESH,
) -> Frozen:
    """Freeze liver around a needle.

    Parameters
    ----------
    cryo
        Needle and tissue.
    cycle_min
        Minutes of freezing and of passive thawing in turn, freezing first: ``(10, 5, 10)``.
    shape
        A ``cylinder`` around a needle, a ``sphere`` around a ball, or what is in front of a
        ``plane``.
    mesh
        How finely space and time are divided; `QUICK` is for a slider.

    Returns
    -------
    Frozen
        Temperature, °C, of shape (times, shells); edge of the ice and reach of the lethal cold, mm,
        of shape (times,).

    Raises
    ------
    ValueError
        If no time, or one that is not positive, is given, or the shape is not known.

    Notes
    -----
    Finite volumes with heat content, implicit steps, and a few Picard iterations in each. The start
    of every phase is the start of a step.

    Examples
    --------
    >>> twice = freeze(Cryoablation(), (10, 5, 10))
    >>> round(float(twice.ice_mm[-1]), 1), round(float(twice.lethal_mm[-1]), 1)
    (21.0, 9.5)
    """
    if not len(cycle_min) or not all(0 < minutes < float("inf") for minutes in cycle_min):
        raise ValueError(f"cycle_min={tuple(cycle_min)} must be times above 0 min")
    if shape not in SHAPES:
        raise ValueError(f"shape={shape!r} is not one of {', '.join(SHAPES)}")
    tissue = _Tissue(cryo, mesh, SHAPES.index(shape))
    temperature, seconds = [np.full(mesh.cells, float(cryo.body_c))], [0.0]
    for number, minutes in enumerate(cycle_min):
        steps, step_s = mesh.steps(minutes)
        begin = seconds[-1]
        for step in range(1, steps + 1):
            probe_c = _ramped_c(cryo, step * step_s) if number % 2 == 0 else None
            temperature.append(tissue.after(temperature[-1], step_s, probe_c))
            seconds.append(begin + step * step_s)
    frozen = np.array(temperature)
    ice = reach_mm(tissue.r_mm, -frozen, -cryo.freezes_from_c)
    lethal = np.maximum.accumulate(reach_mm(tissue.r_mm, -frozen, -cryo.lethal_c))
    return Frozen(tissue.r_mm, np.array(seconds) / 60, frozen, ice, lethal)


def isotherm_mm(frozen: Frozen, temp_c: float) -> Any:
    """How far a temperature reaches, mm, at each time.

    Parameters
    ----------
    frozen
        Result of `freeze`.
    temp_c
        Temperature, °C.

    Returns
    -------
    array, shape (times,)
        Outermost radius at or below it, mm; 0 where there is none.

    Examples
    --------
    >>> round(float(isotherm_mm(freeze(Cryoablation()), -20)[-1]), 1)
    11.8
    """
    return reach_mm(frozen.r_mm, -frozen.temperature_c, -temp_c)


def _ramped_c(cryo: Cryoablation, since_s: float) -> float:
    done = min(1.0, since_s / cryo.ramp_s) if cryo.ramp_s else 1.0
    return cryo.body_c + (cryo.probe_c - cryo.body_c) * done


class _Tissue:
    """Shells of tissue, with what depends on their state looked up: frozen, freezing or thawed."""

    def __init__(self, cryo: Cryoablation, mesh: Mesh, curvature: int) -> None:
        edges = mesh.edges_m(cryo.probe_mm)
        centres = (edges[1:] + edges[:-1]) / 2
        # Of a plane 1 m², of a cylinder 1 m, and the whole sphere.
        whole = (1, 2 * np.pi, 4 * np.pi)[curvature]
        self.r_mm = 1000 * centres
        self.rounds = mesh.rounds
        self.volumes = whole / (curvature + 1) * np.diff(edges ** (curvature + 1))
        areas = whole * edges**curvature
        self.minus_between = -2 * areas[1:-1] / np.diff(centres)
        self.probe = areas[0] / (centres[0] - edges[0])
        self.outer = areas[-1] / (edges[-1] - centres[-1])
        self.body_c = cryo.body_c
        self.limits = np.array([cryo.frozen_at_c, cryo.freezes_from_c])
        self.conductivity = np.array(
            [cryo.frozen_conductivity_w_m_k, cryo.thawed_conductivity_w_m_k]
        )
        frozen, thawed = cryo.frozen_heat_capacity_mj_m3_k, cryo.thawed_heat_capacity_mj_m3_k
        width = cryo.freezes_from_c - cryo.frozen_at_c
        freezing = cryo.latent_heat_mj_m3 / width + (frozen + thawed) / 2
        self.capacity = 1e6 * np.array([frozen, freezing, thawed])
        # Far beyond any temperature, so that one interpolation is the whole enthalpy.
        self.knots = np.array([-1e4, *self.limits, 1e4])
        self.enthalpy = np.cumsum([0, *np.diff(self.knots) * self.capacity])
        blood = cryo.perfusion_per_s * cryo.blood_density_kg_m3 * cryo.blood_heat_capacity_j_kg_k
        self.cooling = np.array([0, 0, blood])
        self.warming = np.array([0, 0, blood * cryo.body_c + cryo.metabolism_w_m3])

    def after(self, before: Any, step_s: float, probe_c: float | None) -> Any:
        """Temperatures one step later, °C; without a probe temperature no heat passes there."""
        stored = self.capacity / step_s
        held = stored + self.cooling
        content = np.interp(before, self.knots, self.enthalpy)
        gained: Any = 0.0
        now = before
        for turn in range(self.rounds):
            if turn:
                gained = (np.interp(now, self.knots, self.enthalpy) - content) / step_s
            state = self.limits.searchsorted(now)
            k = np.interp(now, self.limits, self.conductivity)
            inner, outer = k[:-1], k[1:]
            minus = self.minus_between * inner * outer / (inner + outer)
            diagonal = held[state] * self.volumes
            diagonal[1:] -= minus
            diagonal[:-1] -= minus
            given = (stored[state] * now + self.warming[state] - gained) * self.volumes
            edge = self.outer * k[-1]
            diagonal[-1] += edge
            given[-1] += edge * self.body_c
            if probe_c is not None:
                diagonal[0] += self.probe * k[0]
                given[0] += self.probe * k[0] * probe_c
            now = dgtsv(minus, diagonal, minus, given, overwrite_d=1, overwrite_b=1)[3]
        return now
