"""Radiofrequency and microwave ablation: heat that spreads from a probe, and blood that takes it.

Around a spherical probe the temperature T follows the bioheat equation of Pennes::

    density c dT/dt = 1/r² d/dr (k r² dT/dr) - perfusion (density c of blood) (T - body) + Q

Q is what the tissue absorbs: current of an electrode heats only what is near, with 1/r⁴; microwaves
heat deeper, until they are absorbed. The generator gives the set power unless the hottest spot
would pass its limit; then it gives just as much as keeps it there. What has had its thermal dose
(CEM43) is coagulated, and its blood stands still.

The equation is that of published models of liver ablation. The effective radius of the electrode
was chosen so that the usual treatment makes a lesion of about 3 cm, so that size is no prediction.
The model shows why power soon stops to help, why blood flow and vessels limit the lesion, and why
the lesion grows slowly at the end. It cannot tell the shape or size of a lesion in a patient: it is
a perfect sphere in an even liver, and knows nothing of generators, needles, steam or char.

>>> for name, treatment in (("electrode", Radiofrequency()), ("microwave", Microwave())):
...     print(f"{name}: {2 * heat(treatment).lesion_mm[-1] / 10:.1f} cm across")
electrode: 3.1 cm across
microwave: 3.9 cm across
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from scipy.linalg.lapack import dpttrf, dpttrs

from hcclab.mechanisms.parameters import Parameters, like, parameter
from hcclab.mechanisms.shells import Mesh, reach_mm
from hcclab.thermal_dose import arrhenius_omega, cem43_rate

MESH = Mesh(cells=120, step_s=4, outer_mm=60, ratio=12)

LIMITS: tuple[str, ...] = (
    "Teaching model, not for clinical decisions: a sphere in an even liver.",
    "The effective radius of the electrode was picked from a scan (1.5 to 8 mm, cooled or not) so "
    "that the lesion is about 3 cm across. That is calibration, not validation.",
    "In pigs a cooled electrode made lesions of 46.0 by 30.2 mm in 12 minutes (PMC3438625). That "
    "was found after the calibration, and a sphere cannot be longer than wide.",
    "Power is what the tissue absorbs, far less than the generator shows.",
    "The vessel is a shell all around the probe. One vessel on one side cools less: read it as an "
    "upper bound.",
    "Blood flow in a cirrhotic liver and in a tumour varies; try the whole range.",
    "The Arrhenius numbers call liver destroyed after 57 minutes at body temperature. They are no "
    "good below about 50 °C and stand here as a warning; the lesion is by CEM43.",
    "A model with three states of the cell (doi:10.1007/s10439-010-0177-1) would be better near "
    "body temperature.",
    "Conductivity and heat capacity stay the same while tissue dries and boils; only the limit of "
    "the temperature stands for that.",
)

COMSOL = "a public liver model of COMSOL"


@dataclass(frozen=True)
class Radiofrequency(Parameters):
    """An internally cooled radiofrequency electrode in liver.

    References
    ----------
    Sapareto SA, Dewey WC. 1984. doi:10.1016/0360-3016(84)90379-1.
    """

    power_w: float = parameter(
        30,
        "power that the tissue absorbs at most",
        "W",
        usual=(5, 60),
        hard=(0, 500),
        code="T",
        note="net, far below what a generator shows",
    )
    minutes: float = parameter(
        12, "time of heating", "min", usual=(1, 20), hard=(0.05, 1440), step=0.5, code="T"
    )
    cap_c: float = parameter(
        100, "temperature that is not passed", "°C", usual=(80, 150), hard=(45, 200), code="T"
    )
    probe_mm: float = parameter(
        3,
        "effective radius of the probe",
        "mm",
        usual=(2, 8),
        hard=(0.5, 20),
        step=0.5,
        code="T",
        note="a sphere in place of a needle, chosen to give a lesion of about 3 cm",
    )
    coolant_c: float = parameter(
        20, "temperature of the cooled surface", "°C", usual=(5, 37), hard=(-20, 43), code="T"
    )
    perfusion_per_s: float = parameter(
        6.4e-3,
        "blood flow, in volumes of tissue",
        "1/s",
        usual=(0, 0.012),
        hard=(0, 1),
        step=0.0004,
        code="V2",
        source=COMSOL,
        note="liver elsewhere up to 0.0155 [from memory]; varies in cirrhosis and in tumours",
    )
    conductivity_w_m_k: float = parameter(
        0.52,
        "thermal conductivity",
        "W/m/K",
        usual=(0.4, 0.6),
        hard=(0.05, 5),
        step=0.01,
        code="V2",
        source=COMSOL,
    )
    density_kg_m3: float = parameter(
        1060,
        "density of liver",
        "kg/m³",
        usual=(1040, 1080),
        hard=(500, 2000),
        code="M",
        note="not yet checked",
    )
    heat_capacity_j_kg_k: float = parameter(
        3600,
        "heat capacity of liver",
        "J/kg/K",
        usual=(3400, 4200),
        hard=(1000, 6000),
        step=20,
        code="M",
        note="not yet checked; 3540 is also in use",
    )
    blood_density_kg_m3: float = parameter(
        1000,
        "density of blood",
        "kg/m³",
        usual=(1000, 1060),
        hard=(500, 2000),
        code="V2",
        source=COMSOL,
    )
    blood_heat_capacity_j_kg_k: float = parameter(
        4180,
        "heat capacity of blood",
        "J/kg/K",
        usual=(3600, 4180),
        hard=(1000, 6000),
        step=20,
        code="V2",
        source=COMSOL,
        note="3617 is also in use",
    )
    body_c: float = parameter(
        37,
        "temperature of blood and body",
        "°C",
        usual=(35, 40),
        hard=(20, 43),
        step=0.5,
        code="V2",
        source=COMSOL,
    )
    necrosis_min: float = parameter(
        240,
        "thermal dose that destroys",
        "min of CEM43",
        usual=(60, 600),
        hard=(0.1, 1e6),
        step=20,
        code="M",
        source="Sapareto 1984",
        doi="10.1016/0360-3016(84)90379-1",
        note="a common limit; the paper was not read for it",
    )

    @property
    def thermal_length_mm(self) -> float:
        """Distance over which blood flow lets a steady warmth fall to 37 %, mm."""
        cooling = self.perfusion_per_s * self.blood_heat_j_m3_k
        return float(1000 * np.sqrt(self.conductivity_w_m_k / cooling)) if cooling else np.inf

    @property
    def blood_heat_j_m3_k(self) -> float:
        """Heat that a volume of blood carries, J/m³/K."""
        return self.blood_density_kg_m3 * self.blood_heat_capacity_j_kg_k

    def absorbed_share(self, r_mm: Any) -> Any:
        """Share of the power that is absorbed between the probe and a radius, mm."""
        return 1 - self.probe_mm / np.asarray(r_mm)


@dataclass(frozen=True)
class Microwave(Radiofrequency):
    """A cooled microwave antenna in liver."""

    power_w: float = like(
        Radiofrequency, "power_w", 60, code="T", note="net, far below what a generator shows"
    )
    minutes: float = like(Radiofrequency, "minutes", 10, code="T")
    cap_c: float = like(Radiofrequency, "cap_c", 120, code="T")
    attenuation_per_m: float = parameter(
        118,
        "absorption of microwave power",
        "1/m",
        usual=(60, 150),
        hard=(1, 1000),
        code="T",
        note="2 divided by 17 mm, the depth of the field at 2.45 GHz [from memory]; the depth of "
        "10.4 mm for the power, from other numbers, would make it 96",
    )

    def absorbed_share(self, r_mm: Any) -> Any:
        """Share of the power that is absorbed between the probe and a radius, mm."""
        depth_m = (np.asarray(r_mm) - self.probe_mm) / 1000
        return -np.expm1(-self.attenuation_per_m * depth_m)


@dataclass(frozen=True)
class Vessel(Parameters):
    """A heat sink: a shell around the probe in which blood flows fast, and goes on to flow."""

    distance_mm: float = parameter(
        12, "distance of the vessel from the centre", "mm", usual=(5, 30), hard=(0, 60), code="T"
    )
    thickness_mm: float = parameter(
        4, "thickness of the vessel", "mm", usual=(1, 10), hard=(0.1, 60), step=0.5, code="T"
    )
    flow_per_s: float = parameter(
        0.5,
        "blood flow in the vessel, in volumes",
        "1/s",
        usual=(0, 1),
        hard=(0, 100),
        step=0.05,
        code="T",
    )


class Heated(NamedTuple):
    """Tissue under heat. Rows are times, from 0; columns are shells.

    `power_w` is what was absorbed in the step that ends at that time; `lesion_mm` is the outermost
    radius that has had its dose, 0 before there is any.
    """

    r_mm: Any
    t_min: Any
    temperature_c: Any
    cem43_min: Any
    power_w: Any
    lesion_mm: Any

    @property
    def mean_power_w(self) -> float:
        """Power over the whole time, W."""
        return float(self.power_w[1:].mean())


def heat(
    treatment: Radiofrequency,
    *,
    cooled: bool = True,
    vessel: Vessel | None = None,
    mesh: Mesh = MESH,
) -> Heated:
    """Heat liver around a probe.

    Parameters
    ----------
    treatment
        Probe, power, time and tissue: `Radiofrequency` or `Microwave`.
    cooled
        Whether the surface of the probe is kept at the temperature of its coolant; if not, no heat
        passes there.
    vessel
        A heat sink, if there is one.
    mesh
        How finely space and time are divided.

    Returns
    -------
    Heated
        Temperature, °C, and CEM43, min, of shape (times, shells); power, W, and lesion radius, mm,
        of shape (times,).

    Notes
    -----
    Finite volumes, with implicit steps. The heat of one step is a sum of what is there already and
    power times what 1 W adds, so the power that just keeps the limit is known without a search.
    CEM43 is not cut off at low temperatures; 12 minutes at 37 °C add 0.003 minutes. Next to a
    cooled probe a thin layer may survive; the lesion is told by its outer edge. A vessel at the
    hottest spot lets the generator give more power; microwaves may then reach a little further.

    References
    ----------
    Pennes HH. J Appl Physiol 1948;1:93 [from memory].
    Sapareto 1984. doi:10.1016/0360-3016(84)90379-1.

    Examples
    --------
    >>> done = heat(Radiofrequency())
    >>> round(float(done.lesion_mm[-1]), 1), round(done.mean_power_w, 1)
    (15.4, 17.9)
    >>> round(float(heat(Radiofrequency(), cooled=False).lesion_mm[-1]), 1)
    10.9
    """
    steps, step_s = mesh.steps(treatment.minutes)
    edges = mesh.edges_m(treatment.probe_mm)
    centres = (edges[1:] + edges[:-1]) / 2
    volumes = 4 / 3 * np.pi * np.diff(edges**3)
    through = treatment.conductivity_w_m_k * 4 * np.pi * edges**2
    between = through[1:-1] / np.diff(centres)
    probe = through[0] / (centres[0] - edges[0]) if cooled else 0.0
    stored = treatment.density_kg_m3 * treatment.heat_capacity_j_kg_k * volumes / step_s
    kept = stored.copy()
    kept[0] += probe
    kept[1:] += between
    kept[:-1] += between
    kept[-1] += through[-1] / (edges[-1] - centres[-1])
    source = np.diff(treatment.absorbed_share(1000 * edges))
    in_vessel = _share_within(edges, vessel)
    flow = vessel.flow_per_s if vessel else 0.0

    def factorised(coagulated: Any) -> tuple[Any, Any, Any]:
        capillaries = np.where(coagulated, 0, treatment.perfusion_per_s)
        blood = in_vessel * flow + (1 - in_vessel) * capillaries
        diagonal, off, _ = dpttrf(kept + treatment.blood_heat_j_m3_k * volumes * blood, -between)
        return diagonal, off, dpttrs(diagonal, off, source)[0]

    room = treatment.cap_c - treatment.body_c
    warmth, dose = np.zeros((2, steps + 1, mesh.cells))
    power = np.zeros(steps + 1)
    coagulated = np.zeros(mesh.cells, dtype=bool)
    diagonal, off, per_watt = factorised(coagulated)
    for step in range(1, steps + 1):
        given = stored * warmth[step - 1]
        given[0] += probe * (treatment.coolant_c - treatment.body_c)
        alone = dpttrs(diagonal, off, given)[0]
        power[step] = min(treatment.power_w, ((room - alone) / per_watt).min())
        warmth[step] = alone + power[step] * per_watt
        rate = cem43_rate(treatment.body_c + warmth[step])
        dose[step] = dose[step - 1] + rate * (step_s / 60)
        dead = dose[step] >= treatment.necrosis_min
        if np.count_nonzero(dead) > np.count_nonzero(coagulated):
            coagulated = dead
            diagonal, off, per_watt = factorised(coagulated)
    r_mm, t_min = 1000 * centres, np.arange(steps + 1) * step_s / 60
    lesion = np.zeros(steps + 1)
    lesion[1:] = reach_mm(r_mm, np.log10(dose[1:]), np.log10(treatment.necrosis_min))
    return Heated(r_mm, t_min, treatment.body_c + warmth, dose, power, lesion)


def arrhenius_lesion_mm(heated: Heated, omega: float = 1) -> float:
    """Radius of the lesion if the Arrhenius damage decided, mm.

    Parameters
    ----------
    heated
        Result of `heat`.
    omega
        Damage that counts as destroyed: 1 is 63 % of the cells, 4.6 is 99 %.

    Returns
    -------
    float
        Radius at the end, mm; 0 if there is none.

    Notes
    -----
    For comparison only: the parameters of the law do not hold near body temperature.

    Examples
    --------
    >>> done = heat(Radiofrequency())
    >>> round(arrhenius_lesion_mm(done), 1), round(arrhenius_lesion_mm(done, 4.6), 1)
    (17.6, 15.2)
    """
    step_min = heated.t_min[1] - heated.t_min[0]
    damage = arrhenius_omega(heated.temperature_c[1:], step_min).sum(axis=0)
    return float(reach_mm(heated.r_mm, np.log10(damage), np.log10(omega)))


def margin_mm(lesion_mm: Any, tumour_cm: float) -> Any:
    """How far the lesion passes a round tumour with the probe in its centre, mm.

    Parameters
    ----------
    lesion_mm
        Radius of the lesion, mm, a number or an array.
    tumour_cm
        Diameter of the tumour, cm.

    Returns
    -------
    Same kind as `lesion_mm`
        Margin, mm; negative where tumour is left.

    Examples
    --------
    >>> round(float(margin_mm(heat(Radiofrequency()).lesion_mm[-1], 2)), 1)
    5.4
    """
    return lesion_mm - 5 * tumour_cm


def _share_within(edges_m: Any, vessel: Vessel | None) -> Any:
    """Share of each shell's volume that a vessel takes."""
    if vessel is None:
        return np.zeros(len(edges_m) - 1)
    inner, outer = vessel.distance_mm / 1000, (vessel.distance_mm + vessel.thickness_mm) / 1000
    return np.diff(np.clip(edges_m, inner, outer) ** 3) / np.diff(edges_m**3)
