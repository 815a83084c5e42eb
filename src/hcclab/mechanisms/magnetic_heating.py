"""Magnetic particles as heaters: an alternating field warms them if they turn round in time.

A particle's magnetic moment follows the field by flipping inside the particle (Neel) or by turning
with it (Brown). Heat comes from lagging behind, so it is greatest where the relaxation time matches
the field, and both ways together decide that time::

    1/tau  = 1/tau_N + 1/tau_B
    tau_N  = sqrt(pi)/2 tau_0 e^G / sqrt(G),   G = K V / kT
    tau_B  = 3 viscosity V_h / kT
    P      = pi mu_0 chi_0 H^2 f w tau / (1 + (w tau)^2),   w = 2 pi f

with the core volume V, the hydrodynamic volume V_h (core and shell), and the susceptibility chi_0
of Langevin. P over the density is the specific absorption rate (SAR).

A tumour that holds the particles evenly, a sphere of radius a in liver, warms until blood carries
off what the field brings in. With Q the heat source and L the thermal length of the liver::

    rise at r < a = Q L^2/k [1 - (1 + a/L) e^(-a/L) sinh(r/L) / (r/L)]
    rise at r > a = Q L^2/k [a/L cosh(a/L) - sinh(a/L)] e^(-r/L) / (r/L)

The theory is that of Rosensweig (2002); it and the constants of magnetite are cited from memory.
Nothing was calibrated. It holds for equal particles far apart. As tau_N depends on the volume as an
exponential, the SAR of real particles, never quite equal, is much lower than that of the best
size. So the model shows why size decides; it cannot tell what a fluid will heat.

>>> for nm in (12, 16, 20):
...     print(f"{nm} nm: {float(sar_w_per_g(MagneticParticle(core_nm=nm))):.0f} W/g")
12 nm: 4 W/g
16 nm: 112 W/g
20 nm: 79 W/g
"""

from __future__ import annotations

from dataclasses import dataclass
from math import pi
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import minimize_scalar

from hcclab.mechanisms.heat_ablation import COMSOL, Radiofrequency
from hcclab.mechanisms.parameters import Parameters, like, parameter

BOLTZMANN_J_PER_K = 1.380649e-23
MU_0 = 4e-7 * pi
"""Magnetic constant, T m/A."""

FIELD_LIMIT_A_PER_M_S = 5e9
"""Field times frequency often quoted as bearable for a small region, A/(m s) (Hergt and Dutz 2007)
[from memory]."""

NO_FLOW = 1e-5
"""Radius in thermal lengths below which blood carries off next to nothing."""

LIMITS: tuple[str, ...] = (
    "Teaching model, not for clinical decisions.",
    "The theory (Rosensweig 2002) and the constants of magnetite are cited from memory.",
    "All particles are equal here. The heat depends so steeply on size and on anisotropy that a "
    "spread of either lowers it a lot: numbers for one size overstate what is measured.",
    "The theory is linear in the magnetisation, with a mean susceptibility in place of the true "
    "curve; in strong fields it is an approximation.",
    "Particles that touch or stick in tissue relax otherwise: a stuck one cannot turn. Raise the "
    "viscosity to see it.",
    "How many particles reach a tumour is not in it.",
    "The warmth is that of a round tumour, evenly filled, after long heating, at a blood flow that "
    "heat does not change. Well above 50 °C blood flow stops and tissue changes: no number there.",
)


@dataclass(frozen=True)
class MagneticParticle(Parameters):
    """Magnetite particles in an alternating field.

    References
    ----------
    Rosensweig RE. J Magn Magn Mater 2002.
    """

    core_nm: float = parameter(
        16, "diameter of the core", "nm", usual=(5, 30), hard=(1, 100), step=0.1, code="T"
    )
    shell_nm: float = parameter(
        5,
        "thickness of the shell",
        "nm",
        usual=(0, 20),
        hard=(0, 1000),
        step=0.5,
        code="M",
        note="from memory, not checked",
    )
    field_ka_per_m: float = parameter(
        10, "amplitude of the field", "kA/m", usual=(1, 20), hard=(0, 1000), step=0.5, code="T"
    )
    frequency_khz: float = parameter(
        300, "frequency", "kHz", usual=(50, 1000), hard=(0.001, 1e5), step=10, code="T"
    )
    magnetisation_ka_per_m: float = parameter(
        446,
        "saturation magnetisation",
        "kA/m",
        usual=(200, 500),
        hard=(1, 5000),
        step=1,
        code="M",
        note="from memory, not checked",
    )
    anisotropy_kj_per_m3: float = parameter(
        11,
        "magnetic anisotropy",
        "kJ/m³",
        usual=(5, 40),
        hard=(0.1, 1000),
        step=0.5,
        code="M",
        note="from memory, not checked; the result is extremely sensitive to it",
    )
    attempt_ns: float = parameter(
        1,
        "attempt time of a flip",
        "ns",
        usual=(0.1, 10),
        hard=(1e-3, 1000),
        step=0.1,
        code="M",
        note="from memory, not checked",
    )
    viscosity_mpa_s: float = parameter(
        1,
        "viscosity around the particles",
        "mPa s",
        usual=(0.5, 100),
        hard=(0.01, 1e9),
        step=0.5,
        code="M",
        note="from memory, not checked; about that of water",
    )
    density_kg_per_m3: float = parameter(
        5180,
        "density of the core",
        "kg/m³",
        usual=(4500, 5500),
        hard=(100, 30_000),
        step=10,
        code="M",
        note="from memory, not checked",
    )
    temperature_k: float = parameter(
        310, "temperature", "K", usual=(290, 320), hard=(200, 400), code="T", note="of the body"
    )

    @property
    def field_frequency_a_per_m_s(self) -> float:
        """Field times frequency, A/(m s): what limits eddy currents in the body."""
        return self.field_ka_per_m * self.frequency_khz * 1e6


@dataclass(frozen=True)
class LoadedTumour(Parameters):
    """A tumour in liver that holds particles evenly.

    References
    ----------
    The liver is that of `hcclab.mechanisms.heat_ablation`.
    """

    mg_per_ml: float = parameter(
        1, "cores in the tumour", "mg/mL", usual=(0.1, 10), hard=(0, 1000), step=0.1, code="T"
    )
    diameter_cm: float = parameter(
        3, "diameter of the tumour", "cm", usual=(0.5, 8), hard=(0.01, 30), step=0.5, code="T"
    )
    perfusion_per_s: float = like(
        Radiofrequency,
        "perfusion_per_s",
        6.4e-3,
        code="V2",
        source=COMSOL,
        note="varies in cirrhosis and in tumours",
    )
    conductivity_w_m_k: float = like(
        Radiofrequency, "conductivity_w_m_k", 0.52, code="V2", source=COMSOL
    )
    blood_density_kg_m3: float = like(
        Radiofrequency, "blood_density_kg_m3", 1000, code="V2", source=COMSOL
    )
    blood_heat_capacity_j_kg_k: float = like(
        Radiofrequency, "blood_heat_capacity_j_kg_k", 4180, code="V2", source=COMSOL
    )
    body_c: float = like(Radiofrequency, "body_c", 37, code="V2", source=COMSOL)

    @property
    def radius_m(self) -> float:
        """Radius of the tumour, m."""
        return self.diameter_cm / 200

    @property
    def thermal_length_m(self) -> float:
        """Distance over which blood flow lets a steady warmth fall to 37 %, m."""
        carried = self.perfusion_per_s * self.blood_density_kg_m3 * self.blood_heat_capacity_j_kg_k
        return float(np.sqrt(self.conductivity_w_m_k / carried)) if carried else float("inf")


class Relaxation(NamedTuple):
    """Times in which a moment follows the field: by flipping, by turning, and by both, s."""

    neel_s: Any
    brown_s: Any
    both_s: Any


class Optimum(NamedTuple):
    """The core that heats best, nm, and its SAR, W/g."""

    core_nm: float
    sar_w_per_g: float


def relaxation(particle: MagneticParticle, core_nm: Any = None) -> Relaxation:
    """Relaxation times.

    Parameters
    ----------
    particle
        The parameter set.
    core_nm
        Diameters of the core, nm, in place of the particle's own; a number or an array above 0.

    Returns
    -------
    Relaxation
        Times, s, of the shape of `core_nm`; infinite where no flip ever happens.

    References
    ----------
    Rosensweig 2002 (from memory).

    Examples
    --------
    >>> times = relaxation(MagneticParticle())
    >>> f"{times.neel_s:.2e} s, {times.brown_s:.2e} s"
    '9.35e-08 s, 6.45e-06 s'
    """
    core_m = _core_m(particle, core_nm)
    thermal = BOLTZMANN_J_PER_K * particle.temperature_k
    barrier = particle.anisotropy_kj_per_m3 * 1e3 * _sphere(core_m) / thermal
    with np.errstate(over="ignore", divide="ignore"):
        neel = np.sqrt(pi / barrier) / 2 * particle.attempt_ns * 1e-9 * np.exp(barrier)
        turning = _sphere(core_m + 2e-9 * particle.shell_nm)
        brown = 3e-3 * particle.viscosity_mpa_s * turning / thermal
        return Relaxation(neel, brown, 1 / (1 / neel + 1 / brown))


def susceptibility(particle: MagneticParticle, core_nm: Any = None) -> Any:
    """Mean susceptibility of the cores at the amplitude of the field (Langevin).

    Parameters
    ----------
    particle
        The parameter set.
    core_nm
        As for `relaxation`.

    Returns
    -------
    Same kind as `core_nm`
        Without unit.

    Examples
    --------
    >>> round(float(susceptibility(MagneticParticle())), 1)
    29.0
    """
    volume = _sphere(_core_m(particle, core_nm))
    thermal = BOLTZMANN_J_PER_K * particle.temperature_k
    per_field = MU_0 * particle.magnetisation_ka_per_m * 1e3 * volume / thermal
    ratio = per_field * particle.field_ka_per_m * 1e3
    initial = per_field * particle.magnetisation_ka_per_m * 1e3 / 3
    return initial * _saturation(ratio)


def sar_w_per_g(particle: MagneticParticle, core_nm: Any = None) -> Any:
    """Specific absorption rate: heat per gram of cores.

    Parameters
    ----------
    particle
        The parameter set.
    core_nm
        As for `relaxation`.

    Returns
    -------
    Same kind as `core_nm`
        W/g.

    References
    ----------
    Rosensweig 2002 (from memory).

    Examples
    --------
    >>> sar_w_per_g(MagneticParticle(), [12, 16]).round(2).tolist()
    [4.13, 111.96]
    """
    frequency, field = particle.frequency_khz * 1e3, particle.field_ka_per_m * 1e3
    phase = 2 * pi * frequency * relaxation(particle, core_nm).both_s
    with np.errstate(divide="ignore"):
        lag = 1 / (phase + 1 / phase)
    power = pi * MU_0 * susceptibility(particle, core_nm) * field**2 * frequency * lag
    return power / particle.density_kg_per_m3 / 1e3


def heat_w_per_m3(particle: MagneticParticle, mg_per_ml: Any) -> Any:
    """Heat source in tissue that holds particles.

    Parameters
    ----------
    particle
        The parameter set.
    mg_per_ml
        Cores in tissue, mg/mL; a number or an array.

    Returns
    -------
    Same kind as `mg_per_ml`
        W/m³, as the heat equation takes it.

    Examples
    --------
    >>> round(float(heat_w_per_m3(MagneticParticle(), 1)))
    111962
    """
    return sar_w_per_g(particle) * 1e3 * np.asarray(mg_per_ml)


def temperature_c(particle: MagneticParticle, tumour: LoadedTumour, r_mm: Any) -> Any:
    """Steady temperature in and around a tumour that holds particles.

    Parameters
    ----------
    particle
        The particles and the field.
    tumour
        The tumour that holds them.
    r_mm
        Distances from its centre, mm, not below 0; a number or an array.

    Returns
    -------
    Same kind as `r_mm`
        °C.

    Raises
    ------
    ValueError
        If a distance is below 0.

    Examples
    --------
    At the centre, at the edge and a centimetre outside a tumour of 3 cm:

    >>> temperature_c(MagneticParticle(), LoadedTumour(), [0, 15, 25]).round(1).tolist()
    [40.6, 38.5, 37.1]
    """
    r = np.asarray(r_mm, dtype=float) / 1000
    if not np.all(r >= 0):
        raise ValueError(f"r_mm={r_mm} must not be below 0")
    a, length, k = tumour.radius_m, tumour.thermal_length_m, tumour.conductivity_w_m_k
    source = float(heat_w_per_m3(particle, tumour.mg_per_ml))
    if a / length < NO_FLOW:
        inside = (3 * a**2 - np.square(r)) / 6
        outside = a**3 / (3 * np.maximum(r, a))
        return tumour.body_c + source / k * np.where(r < a, inside, outside)
    x, rho = a / length, np.maximum(r / length, NO_FLOW * 1e-3)
    within, beyond = np.minimum(rho, x), np.maximum(rho, x)
    # sinh and cosh are multiplied out with the falling exponential, so that nothing overflows.
    inside = 1 + (1 + x) * np.exp(within - x) * np.expm1(-2 * within) / (2 * within)
    outside = ((x - 1) * np.exp(x - beyond) + (x + 1) * np.exp(-x - beyond)) / (2 * beyond)
    return tumour.body_c + source * length**2 / k * np.where(rho < x, inside, outside)


def best_core(particle: MagneticParticle) -> Optimum:
    """Find the core between 5 and 50 nm that heats best.

    Parameters
    ----------
    particle
        The parameter set; its own core does not count.

    Returns
    -------
    Optimum
        Diameter and SAR.

    Examples
    --------
    >>> best = best_core(MagneticParticle())
    >>> round(best.core_nm, 1), round(best.sar_w_per_g)
    (17.8, 377)
    """
    grid = np.linspace(5, 50, 451)
    near = grid[np.argmax(sar_w_per_g(particle, grid))]
    found = minimize_scalar(
        lambda nm: -float(sar_w_per_g(particle, nm)),
        bounds=(max(5, near - 0.1), min(50, near + 0.1)),
        method="bounded",
    )
    return Optimum(float(found.x), -float(found.fun))


def _core_m(particle: MagneticParticle, core_nm: Any) -> Any:
    nm = particle.core_nm if core_nm is None else core_nm
    core = np.asarray(nm, dtype=float)
    if not np.all((core > 0) & np.isfinite(core)):
        raise ValueError(f"core_nm={nm} must be finite and above 0")
    return core * 1e-9


def _sphere(diameter: Any) -> Any:
    return pi / 6 * diameter**3


def _saturation(ratio: Any) -> Any:
    """Share of the initial susceptibility, 3/x (coth x - 1/x), that is left at a field."""
    x = np.maximum(np.asarray(ratio, dtype=float), 1e-3)
    # Below 1e-3 the difference of two large numbers would lose the digits that count.
    return np.where(ratio < 1e-3, 1 - np.square(ratio) / 15, 3 / x * (1 / np.tanh(x) - 1 / x))
