"""Sorafenib and lenvatinib: from tablets to blood, to inhibited kinases, to a tumour that escapes.

Three models in a row, which a student should not take for one chain of proof:

1. Blood: linear compartments, absorbed by mouth and cleared. Sorafenib has one compartment,
   lenvatinib three, half of the dose absorbed at a constant rate.
2. Kinases: of the drug in blood only the unbound part can bind. A kinase with half-inhibitory
   concentration IC50 is inhibited by C^h / (C^h + IC50^h).
3. Tumour: the sum of the longest diameters S grows at KL, and the drug shrinks it at a rate that
   fades as resistance comes, d S / dt = KL S - KD E exp(-resistance t) S, with the effect E from
   the mean concentration. The form is that of Claret 2009 [from memory]. A second view of
   resistance has two kinds of cells, of which one never responds.

The third is deliberately not driven by the second. By IC50 and unbound drug, sorafenib inhibits
its targets more than lenvatinib does, yet in REFLECT patients on lenvatinib went longer without
progression (7.4 against 3.7 months). Potency in a test tube does not rank drugs.

The concentrations come from published population models. How fast the drug kills was solved to
give the trials' median time to progression, and how fast resistance comes was chosen; so that
those times come out is no proof. The model cannot tell who responds, why tumours escape, how
toxicity limits the dose, or how long patients live.

>>> drug, effect = Lenvatinib(), LenvatinibEffect()
>>> print(f"{exposure(drug).trough_mg_l * 1000:.1f} ng/mL before the next dose")
23.6 ng/mL before the next dose
>>> days = progression_day(effect, drug_effect(exposure(drug).mean_mg_l, effect))
>>> print(f"{days / DAYS_PER_MONTH:.1f} months to progression")
7.4 months to progression
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log
from typing import Any, NamedTuple

import numpy as np
from scipy.integrate import trapezoid
from scipy.optimize import brentq, minimize_scalar

from hcclab.mechanisms.compartments import Response, response
from hcclab.mechanisms.growth import DAYS_PER_MONTH
from hcclab.mechanisms.parameters import Parameters, like, parameter

WILHELM = "Wilhelm 2004"
WILHELM_QUOTED = "Wilhelm 2004, as quoted in a table of ESMO OncologyPro"
WILHELM_DOI = "10.1158/0008-5472.CAN-04-1443"

PROGRESSION = 1.2
"""Sum of diameters over its smallest so far that counts as progression."""

LIMITS: tuple[str, ...] = (
    "Teaching model, not for clinical decisions. The tumour part is illustrative.",
    "The kill rates were solved for 5.5 months (SHARP) and 7.4 months (REFLECT), and resistance "
    "was set to 0.012 per day after trying six values. That these times come out is calibration.",
    "Neither model of sorafenib is fully right. One compartment gives a trough of 3.5 mg/L, near "
    "the 2.91 mg/L (0.74 to 8.8) observed in HCC (doi:10.1007/s00280-020-04105-0), but its "
    "half-life of 18 hours is too short against 25 to 48 hours on the label.",
    "With recirculation through the bile, as published (doi:10.1111/j.1365-2125.2011.03963.x), "
    "the half-life is 36 hours but the exposure doubles, from 49 to 98 mg h/L. Neither shows the "
    "second peak some hours after a dose.",
    "That half of a lenvatinib dose is absorbed at a constant rate and half in proportion is an "
    "assumption, not a finding.",
    "A panel of IC50 values ranks sorafenib above lenvatinib, against the trial. Biochemical "
    "assays compete with ATP, unbound fractions are uncertain, and tissue holds more than blood.",
    "The IC50 values were read where others quote the papers, but for that of sorafenib on RAF1, "
    "which is from memory. FGFR4 and RET differ too much between assays to be listed for "
    "lenvatinib.",
    "The growth rate makes an untreated tumour progress in 2.8 months, the time on placebo in "
    "SHARP. It doubles its volume in 3.55 months, faster than the 4.6 months of tumours found by "
    "surveillance.",
    "The concentrations of half effect are cut-offs proposed for monitoring, used as if half of "
    "the effect were there.",
    "Progression is only growth of 20 % over the smallest sum: no new lesions, no 5 mm rule, no "
    "death, no dose reduction.",
)


class Route(NamedTuple):
    """One way into blood: concentration per dose, 1/L, its response, and its duration, h."""

    per_litre: float
    response: Response
    over_h: float


@dataclass(frozen=True)
class Sorafenib(Parameters):
    """Sorafenib by mouth: one compartment.

    References
    ----------
    Jain L, et al. 2011. doi:10.1111/j.1365-2125.2011.03963.x.
    """

    dose_mg: float = parameter(
        400,
        "dose",
        "mg",
        usual=(100, 800),
        hard=(0, 10_000),
        step=100,
        code="V",
        source="label",
    )
    interval_h: float = parameter(
        12,
        "time between doses",
        "h",
        usual=(12, 24),
        hard=(1, 1000),
        step=12,
        code="V",
        source="label",
    )
    clearance_l_h: float = parameter(
        8.13,
        "apparent clearance",
        "L/h",
        usual=(3, 20),
        hard=(0.01, 1000),
        step=0.5,
        code="V2",
        source="Jain 2011, Table 3, as transcribed in nlmixr2lib",
        doi="10.1111/j.1365-2125.2011.03963.x",
        note="the paper fitted it together with recirculation, which is left out here by default",
    )
    volume_l: float = parameter(
        213,
        "apparent volume",
        "L",
        usual=(100, 500),
        hard=(1, 10_000),
        step=10,
        code="V2",
        source="Jain 2011, Table 3, as transcribed in nlmixr2lib",
        doi="10.1111/j.1365-2125.2011.03963.x",
        note="at 80 kg",
    )
    absorption_h: float = parameter(
        1.98,
        "mean absorption time",
        "h",
        usual=(0.5, 6),
        hard=(0.01, 100),
        step=0.1,
        code="V2",
        source="Jain 2011, Table 3, as transcribed in nlmixr2lib",
        doi="10.1111/j.1365-2125.2011.03963.x",
        note="in the paper through four transit compartments, here through one",
    )
    molar_mass_g_mol: float = parameter(
        464.8,
        "molar mass",
        "g/mol",
        usual=(464, 466),
        hard=(100, 2000),
        step=0.1,
        code="V2",
        source="supplier quoting the label",
    )
    unbound_fraction: float = parameter(
        0.005,
        "unbound fraction",
        usual=(0.001, 0.02),
        hard=(0, 1),
        step=0.001,
        code="V2",
        source="supplier quoting the label",
        note="99.5 % bound; small errors of the bound share are large ones of the unbound",
    )

    recirculated_fraction: float = parameter(
        0,
        "share of what is cleared that returns through the bile",
        usual=(0, 0.6),
        hard=(0, 0.95),
        step=0.1,
        code="T",
        note="none: this meets the observed troughs best. What returns does so at once",
    )

    @property
    def elimination_per_h(self) -> float:
        """Rate at which drug leaves for good, 1/h."""
        return self.clearance_l_h * (1 - self.recirculated_fraction) / self.volume_l

    @property
    def half_life_h(self) -> float:
        """Half-life of elimination, h."""
        return log(2) / self.elimination_per_h

    @property
    def routes(self) -> tuple[Route, ...]:
        """The way into blood: from the gut, in proportion to what is there."""
        gut = 1 / self.absorption_h
        once = response([[-gut, 0], [gut, -self.elimination_per_h]], given=0, read=1)
        return (Route(1 / self.volume_l, once, 0),)


@dataclass(frozen=True)
class RecirculatingSorafenib(Sorafenib):
    """Sorafenib of which half returns through the bile, as published, but without its delay.

    References
    ----------
    Jain L, et al. 2011. doi:10.1111/j.1365-2125.2011.03963.x.
    """

    recirculated_fraction: float = like(
        Sorafenib,
        "recirculated_fraction",
        0.498,
        code="V2",
        source="Jain 2011, Table 3, as transcribed in nlmixr2lib",
        doi="10.1111/j.1365-2125.2011.03963.x",
        note="in the paper it returns some 6 hours after a dose, here at once",
    )


@dataclass(frozen=True)
class Lenvatinib(Parameters):
    """Lenvatinib by mouth: three compartments.

    References
    ----------
    Gupta A, et al. 2016. doi:10.1111/bcp.12907.
    """

    dose_mg: float = parameter(
        12,
        "dose",
        "mg",
        usual=(4, 24),
        hard=(0, 1000),
        step=4,
        code="V",
        source="label",
        note="12 mg from 60 kg, 8 mg below",
    )
    interval_h: float = parameter(
        24,
        "time between doses",
        "h",
        usual=(12, 48),
        hard=(5, 1000),
        step=12,
        code="V",
        source="label",
    )
    clearance_l_h: float = parameter(
        6.56,
        "apparent clearance",
        "L/h",
        usual=(3, 15),
        hard=(0.01, 1000),
        step=0.5,
        code="V",
        source="Gupta 2016",
        doi="10.1111/bcp.12907",
        note="in HCC 5.3; with Child-Pugh A 5.53, with B 4.82 (J Clin Pharmacol 2022;62:1507)",
    )
    central_l: float = parameter(
        49.3,
        "apparent central volume",
        "L",
        usual=(20, 150),
        hard=(1, 10_000),
        step=5,
        code="V2",
        source="Gupta 2016, Table 2, as transcribed in nlmixr2lib",
        doi="10.1111/bcp.12907",
    )
    exchange_l_h: float = parameter(
        3.52,
        "exchange with the second compartment",
        "L/h",
        usual=(1, 10),
        hard=(1e-6, 1000),
        step=0.5,
        code="V2",
        source="Gupta 2016, Table 2, as transcribed in nlmixr2lib",
        doi="10.1111/bcp.12907",
    )
    second_l: float = parameter(
        30.7,
        "volume of the second compartment",
        "L",
        usual=(10, 100),
        hard=(0.1, 10_000),
        step=5,
        code="V2",
        source="Gupta 2016, Table 2, as transcribed in nlmixr2lib",
        doi="10.1111/bcp.12907",
    )
    slow_exchange_l_h: float = parameter(
        0.769,
        "exchange with the third compartment",
        "L/h",
        usual=(0.2, 3),
        hard=(1e-6, 1000),
        step=0.1,
        code="V2",
        source="Gupta 2016, Table 2, as transcribed in nlmixr2lib",
        doi="10.1111/bcp.12907",
    )
    third_l: float = parameter(
        37.1,
        "volume of the third compartment",
        "L",
        usual=(10, 100),
        hard=(0.1, 10_000),
        step=5,
        code="V2",
        source="Gupta 2016, Table 2, as transcribed in nlmixr2lib",
        doi="10.1111/bcp.12907",
    )
    absorption_per_h: float = parameter(
        1.02,
        "absorption rate",
        "1/h",
        usual=(0.2, 3),
        hard=(0.01, 100),
        step=0.1,
        code="V2",
        source="Gupta 2016, Table 2, as transcribed in nlmixr2lib",
        doi="10.1111/bcp.12907",
    )
    constant_h: float = parameter(
        1.22,
        "time of absorption at a constant rate",
        "h",
        usual=(0, 4),
        hard=(0, 5),
        step=0.1,
        code="V2",
        source="Gupta 2016, Table 2, as transcribed in nlmixr2lib",
        doi="10.1111/bcp.12907",
    )
    constant_fraction: float = parameter(
        0.5,
        "share absorbed at a constant rate",
        usual=(0, 1),
        hard=(0, 1),
        step=0.1,
        code="T",
        note="assumed by the transcription, not in the paper",
    )
    capsule_fraction: float = parameter(
        0.896,
        "availability of capsules over tablets",
        usual=(0.5, 1),
        hard=(0, 1),
        step=0.05,
        code="V2",
        source="Gupta 2016, Table 2, as transcribed in nlmixr2lib",
        doi="10.1111/bcp.12907",
        note="1 for tablets",
    )
    molar_mass_g_mol: float = parameter(
        426.86,
        "molar mass",
        "g/mol",
        usual=(426, 428),
        hard=(100, 2000),
        step=0.1,
        code="M",
        note="of the free base",
    )
    unbound_fraction: float = parameter(
        0.02,
        "unbound fraction",
        usual=(0.001, 0.05),
        hard=(0, 1),
        step=0.001,
        code="M",
        note="98 to 99 % bound",
    )

    @property
    def half_life_h(self) -> float:
        """Half-life of the last phase, h."""
        return response(self._rates()[1:, 1:], given=0, read=0).half_life

    @property
    def routes(self) -> tuple[Route, ...]:
        """The ways into blood: from the gut in proportion to what is there, and constantly."""
        rates, available = self._rates(), self.capsule_fraction / self.central_l
        gut, blood = (response(rates, given=place, read=1) for place in (0, 1))
        constant = self.constant_fraction
        return (
            Route((1 - constant) * available, gut, 0),
            Route(constant * available, blood, self.constant_h),
        )

    def _rates(self) -> Any:
        out, second, third = (
            flow / self.central_l
            for flow in (self.clearance_l_h, self.exchange_l_h, self.slow_exchange_l_h)
        )
        back, slow_back = self.exchange_l_h / self.second_l, self.slow_exchange_l_h / self.third_l
        absorbed = self.absorption_per_h
        return np.array(
            [
                [-absorbed, 0, 0, 0],
                [absorbed, -(out + second + third), back, slow_back],
                [0, second, -back, 0],
                [0, third, 0, -slow_back],
            ]
        )


@dataclass(frozen=True)
class LenvatinibInHcc(Lenvatinib):
    """Lenvatinib with the clearance found in HCC.

    References
    ----------
    J Clin Pharmacol 2022;62:1507.
    """

    clearance_l_h: float = like(
        Lenvatinib,
        "clearance_l_h",
        5.3,
        code="V",
        source="J Clin Pharmacol 2022;62:1507",
        note="with Child-Pugh A 5.53, with B 4.82; the other numbers are those of Gupta 2016",
    )


def _ic50(value: float, kinase: str, code: str, source: str, doi: str = "") -> Any:
    return parameter(
        value,
        kinase,
        "nM",
        usual=(value / 10, value * 10),
        hard=(1e-4, 1e7),
        step=1,
        code=code,
        source=source,
        doi=doi,
        note="IC50, biochemical",
    )


@dataclass(frozen=True)
class SorafenibTargets(Parameters):
    """What sorafenib inhibits, as half-inhibitory concentrations; incomplete.

    References
    ----------
    Wilhelm SM, et al. 2004. doi:10.1158/0008-5472.CAN-04-1443.
    """

    raf1_nm: float = _ic50(6, "RAF1", "M", WILHELM, WILHELM_DOI)
    vegfr3_nm: float = _ic50(20, "VEGFR3", "V2", WILHELM_QUOTED, WILHELM_DOI)
    braf_nm: float = _ic50(22, "BRAF, wild type", "V2", WILHELM_QUOTED, WILHELM_DOI)
    pdgfrb_nm: float = _ic50(57, "PDGFRβ", "V2", WILHELM_QUOTED, WILHELM_DOI)
    kit_nm: float = _ic50(68, "KIT", "V2", WILHELM_QUOTED, WILHELM_DOI)
    vegfr2_nm: float = _ic50(90, "VEGFR2", "V2", WILHELM_QUOTED, WILHELM_DOI)
    fgfr1_nm: float = _ic50(580, "FGFR1", "V2", WILHELM_QUOTED, WILHELM_DOI)


@dataclass(frozen=True)
class LenvatinibTargets(Parameters):
    """What lenvatinib inhibits, as half-inhibitory concentrations; incomplete.

    References
    ----------
    Matsui 2008, as quoted by a vendor.
    """

    vegfr2_nm: float = _ic50(4.0, "VEGFR2", "V2", "vendor citing Matsui 2008")
    vegfr3_nm: float = _ic50(5.2, "VEGFR3", "V2", "vendor citing Matsui 2008")
    vegfr1_nm: float = _ic50(22, "VEGFR1", "V2", "vendor citing Matsui 2008")
    pdgfrb_nm: float = _ic50(39, "PDGFRβ", "V2", "vendor citing Matsui 2008")
    fgfr1_nm: float = _ic50(46, "FGFR1", "V2", "vendor citing Matsui 2008")
    pdgfra_nm: float = _ic50(51, "PDGFRα", "V2", "vendor citing Matsui 2008")
    kit_nm: float = _ic50(100, "KIT", "V2", "vendor citing Matsui 2008")


@dataclass(frozen=True)
class SorafenibEffect(Parameters):
    """What sorafenib does to the sum of the longest diameters.

    References
    ----------
    Claret L, et al. 2009 [structure from memory]. doi:10.1200/JCO.2008.21.0807.
    """

    diameters_mm: float = parameter(
        50,
        "sum of the longest diameters at the start",
        "mm",
        usual=(10, 200),
        hard=(1, 1000),
        step=5,
        code="T",
    )
    growth_per_day: float = parameter(
        log(PROGRESSION) / (2.8 * DAYS_PER_MONTH),
        "growth rate of the sum of diameters",
        "1/day",
        usual=(0.0005, 0.006),
        hard=(1e-6, 1),
        step=0.0001,
        code="D",
        source="SHARP, 2.8 months on placebo, in the table of PMC11707515",
        note="that table calls it progression-free survival; as we remember, the trial reported "
        "time to radiological progression",
    )
    half_effect_mg_l: float = parameter(
        1.4,
        "mean concentration of half effect",
        "mg/L",
        usual=(0.3, 5),
        hard=(1e-4, 1000),
        step=0.1,
        code="T",
        note="the lower of the trough targets proposed in HCC, used as half effect",
    )
    kill_per_day: float = parameter(
        0.003303,
        "shrinkage at full effect",
        "1/day",
        usual=(0, 0.03),
        hard=(0, 10),
        step=0.0005,
        code="T",
        note="solved for 5.5 months to progression, as in SHARP",
    )
    resistance_per_day: float = parameter(
        0.012,
        "rate at which the effect fades",
        "1/day",
        usual=(0, 0.05),
        hard=(0, 10),
        step=0.001,
        code="T",
        note="half in 58 days; chosen after trying six values",
    )


@dataclass(frozen=True)
class LenvatinibEffect(SorafenibEffect):
    """What lenvatinib does to the sum of the longest diameters.

    References
    ----------
    Claret L, et al. 2009 [structure from memory]. doi:10.1200/JCO.2008.21.0807.
    """

    half_effect_mg_l: float = parameter(
        0.04268,
        "mean concentration of half effect",
        "mg/L",
        usual=(0.01, 0.15),
        hard=(1e-5, 1000),
        step=0.005,
        code="T",
        source="trough cut-off for response, PMID 33095285",
        note="a cut-off of 42.68 ng/mL, used as half effect",
    )
    kill_per_day: float = like(
        SorafenibEffect,
        "kill_per_day",
        0.008008,
        code="T",
        note="solved for 7.4 months to progression, as in REFLECT",
    )


@dataclass(frozen=True)
class Clones(Parameters):
    """Resistance as two kinds of cells: those that respond, and a few that never do."""

    diameters_mm: float = parameter(
        50,
        "sum of the longest diameters at the start",
        "mm",
        usual=(10, 200),
        hard=(1, 1000),
        step=5,
        code="T",
    )
    growth_per_day: float = parameter(
        log(PROGRESSION) / (2.8 * DAYS_PER_MONTH),
        "growth rate of both",
        "1/day",
        usual=(0.0005, 0.006),
        hard=(0, 1),
        step=0.0001,
        code="D",
        source="SHARP, 2.8 months on placebo, in the table of PMC11707515",
        note="as for the fading effect",
    )
    kill_per_day: float = parameter(
        0.005,
        "shrinkage of the cells that respond",
        "1/day",
        usual=(0, 0.03),
        hard=(0, 10),
        step=0.0005,
        code="T",
    )
    resistant_fraction: float = parameter(
        0.05,
        "share that never responds",
        usual=(0, 0.5),
        hard=(0, 1),
        step=0.01,
        code="T",
    )


class Peak(NamedTuple):
    """The highest concentration, mg/L, and the hours after the dose at which it comes."""

    hour: float
    mg_l: float


class Exposure(NamedTuple):
    """Concentrations within an interval once doses have been taken for long enough."""

    mean_mg_l: float
    peak_mg_l: float
    trough_mg_l: float
    area_mg_h_l: float


class Nadir(NamedTuple):
    """The smallest sum of diameters, mm, and its day."""

    day: float
    diameters_mm: float


def single_mg_l(drug: Sorafenib | Lenvatinib, t_h: Any) -> Any:
    """Concentration after one dose.

    Parameters
    ----------
    drug
        The parameter set.
    t_h
        Hours since the dose, a number or an array.

    Returns
    -------
    array of the shape of `t_h`
        mg/L.

    Examples
    --------
    >>> single_mg_l(Sorafenib(), [0, 5.5, 24]).round(3).tolist()
    [0.0, 1.52, 0.813]
    """
    return _mg_l(drug, drug.routes, lambda once, over_h: once.infusion(t_h, over_h))


def course_mg_l(drug: Sorafenib | Lenvatinib, t_h: Any, doses_h: Sequence[float]) -> Any:
    """Concentration under many doses.

    Parameters
    ----------
    drug
        The parameter set; its interval does not matter here.
    t_h
        Hours, a number or an array.
    doses_h
        Hours of the doses, ascending; one left out is a dose missed.

    Returns
    -------
    array of the shape of `t_h`
        mg/L.

    Raises
    ------
    ValueError
        If the doses are not ascending.

    Examples
    --------
    A dose missed at 24 hours:

    >>> course_mg_l(Sorafenib(), [12, 24, 36], (0, 12)).round(2).tolist()
    [1.28, 2.09, 1.33]
    """
    return _mg_l(
        drug, drug.routes, lambda once, over_h: once.repeated(t_h, doses_h, duration=over_h)
    )


def steady_mg_l(drug: Sorafenib | Lenvatinib, t_h: Any) -> Any:
    """Concentration within an interval once doses have been taken for long enough.

    Parameters
    ----------
    drug
        The parameter set.
    t_h
        Hours since the last dose, 0 to the interval, a number or an array.

    Returns
    -------
    array of the shape of `t_h`
        mg/L.

    Raises
    ------
    ValueError
        If a time is outside the interval.

    Examples
    --------
    >>> steady_mg_l(Sorafenib(), [0, 3.4, 12]).round(2).tolist()
    [3.49, 4.49, 3.49]
    """
    return _steady(drug, drug.routes, t_h)


def exposure(drug: Sorafenib | Lenvatinib) -> Exposure:
    """Mean, highest and lowest concentration once doses have been taken for long enough.

    Parameters
    ----------
    drug
        The parameter set.

    Returns
    -------
    Exposure
        mg/L, and mg h/L over one interval.

    Notes
    -----
    The mean is dose over clearance and interval, whatever the volumes.

    Examples
    --------
    >>> [round(value, 2) for value in exposure(Sorafenib())]
    [4.1, 4.49, 3.49, 49.2]
    """
    routes = drug.routes
    area = float(_mg_l(drug, routes, lambda once, _: once.area))
    peak = _highest(lambda t_h: _steady(drug, routes, t_h), drug.interval_h)
    trough = float(_steady(drug, routes, drug.interval_h))
    return Exposure(area / drug.interval_h, peak.mg_l, trough, area)


def single_peak(drug: Sorafenib | Lenvatinib) -> Peak:
    """Highest concentration after one dose.

    Parameters
    ----------
    drug
        The parameter set.

    Returns
    -------
    Peak
        Hours after the dose, and mg/L.

    Examples
    --------
    >>> [round(value, 3) for value in single_peak(Sorafenib())]
    [5.532, 1.52]
    """
    # With one rate in and one out, the peak comes before the slower has run for 1 / rate.
    routes = drug.routes
    latest = max(over_h + 2 * once.half_life for _, once, over_h in routes)
    return _highest(
        lambda t_h: _mg_l(drug, routes, lambda once, over_h: once.infusion(t_h, over_h)), latest
    )


def unbound_nm(drug: Sorafenib | Lenvatinib, mg_l: Any) -> Any:
    """Unbound concentration.

    Parameters
    ----------
    drug
        The parameter set.
    mg_l
        Total concentration, mg/L, a number or an array.

    Returns
    -------
    Same kind as `mg_l`
        nM.

    Examples
    --------
    >>> round(unbound_nm(Sorafenib(), 4.1), 1)
    44.1
    """
    return drug.unbound_fraction * mg_l * 1e6 / drug.molar_mass_g_mol


def inhibition(unbound_nm: Any, ic50_nm: Any, hill: float = 1) -> Any:
    """Share of a kinase that is inhibited.

    Parameters
    ----------
    unbound_nm
        Unbound drug, nM, a number or an array.
    ic50_nm
        Half-inhibitory concentration, nM.
    hill
        Steepness.

    Returns
    -------
    Same kind as the concentration
        0 to 1.

    Raises
    ------
    ValueError
        If a concentration is negative, or IC50 or steepness are not above 0.

    Examples
    --------
    >>> inhibition(20, 20), inhibition(0, 20)
    (0.5, 0.0)
    """
    if not np.all(np.asarray(unbound_nm) >= 0):
        raise ValueError(f"unbound_nm={unbound_nm} outside 0-inf")
    for name, value in (("ic50_nm", ic50_nm), ("hill", hill)):
        if not np.all(np.asarray(value) > 0):
            raise ValueError(f"{name}={value} must be above 0")
    return 1 - 1 / (1 + (unbound_nm / ic50_nm) ** hill)


def panel(
    drug: Sorafenib | Lenvatinib, targets: SorafenibTargets | LenvatinibTargets, hill: float = 1
) -> dict[str, float]:
    """Mean inhibition of each target once doses have been taken for long enough.

    Parameters
    ----------
    drug
        The drug.
    targets
        Its IC50 values.
    hill
        Steepness.

    Returns
    -------
    dict of str to float
        Target to inhibition, 0 to 1, averaged over one interval.

    Notes
    -----
    It shows which targets of one drug are hit hardest. It does not compare drugs; see `LIMITS`.

    Examples
    --------
    >>> reached = panel(Sorafenib(), SorafenibTargets())
    >>> print(", ".join(f"{name} {share:.0%}" for name, share in list(reached.items())[:3]))
    RAF1 88%, VEGFR3 69%, BRAF, wild type 67%
    """
    t_h = np.linspace(0, drug.interval_h, 1201)
    unbound = unbound_nm(drug, steady_mg_l(drug, t_h))
    return {
        known.variable.label: float(
            trapezoid(inhibition(unbound, getattr(targets, name), hill), t_h) / drug.interval_h
        )
        for name, known in targets.described().items()
    }


def drug_effect(mean_mg_l: Any, effect: SorafenibEffect) -> Any:
    """Share of the full effect on the tumour.

    Parameters
    ----------
    mean_mg_l
        Mean concentration, mg/L, a number or an array; see `exposure`.
    effect
        The parameter set of the drug.

    Returns
    -------
    Same kind as `mean_mg_l`
        0 to 1.

    Raises
    ------
    ValueError
        If a concentration is negative.

    Examples
    --------
    >>> drug_effect(1.4, SorafenibEffect())
    0.5
    """
    if not np.all(np.asarray(mean_mg_l) >= 0):
        raise ValueError(f"mean_mg_l={mean_mg_l} outside 0-inf")
    return mean_mg_l / (mean_mg_l + effect.half_effect_mg_l)


def diameters_mm(effect: SorafenibEffect, t_day: Any, share: Any) -> Any:
    """Sum of the longest diameters under a drug whose effect fades.

    Parameters
    ----------
    effect
        The parameter set of the drug.
    t_day
        Days since the start, a number or an array.
    share
        Share of the full effect, 0 to 1; see `drug_effect`.

    Returns
    -------
    Same kind as `t_day`
        mm.

    Raises
    ------
    ValueError
        If the share is outside 0 to 1.

    References
    ----------
    Claret 2009 [structure from memory]. doi:10.1200/JCO.2008.21.0807.

    Examples
    --------
    >>> diameters_mm(LenvatinibEffect(), [0, 70, 180], 0.6154).round(1).tolist()
    [50.0, 46.0, 51.1]
    """
    _check_share(share)
    days = np.asarray(t_day, dtype=float)
    fading = effect.resistance_per_day
    acting = -np.expm1(-fading * days) / fading if fading > 0 else days
    exponent = effect.growth_per_day * days - effect.kill_per_day * share * acting
    return effect.diameters_mm * np.exp(exponent)


def nadir(effect: SorafenibEffect, share: float) -> Nadir:
    """Find the smallest sum of diameters.

    Parameters
    ----------
    effect, share
        As for `diameters_mm`.

    Returns
    -------
    Nadir
        Day and sum, mm; day 0 if the tumour never shrinks, infinite if it does for ever.

    Examples
    --------
    >>> low = nadir(LenvatinibEffect(), 0.6154)
    >>> round(low.day, 1), round(low.diameters_mm, 1)
    (69.5, 46.0)
    """
    _check_share(share)
    kill, growth, fading = (
        effect.kill_per_day * share,
        effect.growth_per_day,
        effect.resistance_per_day,
    )
    if kill <= growth:
        return Nadir(0.0, effect.diameters_mm)
    if fading == 0:
        return Nadir(float("inf"), 0.0)
    day = log(kill / growth) / fading
    return Nadir(day, float(diameters_mm(effect, day, share)))


def progression_day(effect: SorafenibEffect, share: float) -> float:
    """Day on which the sum of diameters is 20 % above its smallest so far.

    Parameters
    ----------
    effect, share
        As for `diameters_mm`.

    Returns
    -------
    float
        Days; infinite if the tumour never grows.

    Examples
    --------
    >>> round(progression_day(SorafenibEffect(), 0) / DAYS_PER_MONTH, 2)
    2.8
    """
    low = nadir(effect, share)
    growth, fading = effect.growth_per_day, effect.resistance_per_day
    kill = effect.kill_per_day * share
    if fading == 0:
        return log(PROGRESSION) / (growth - kill) if growth > kill else float("inf")
    # From the lowest point on, growth and what is left of the kill are equal there.
    left = min(kill, growth)

    def excess(since: float) -> float:
        return growth * since + left * float(np.expm1(-fading * since)) / fading - log(PROGRESSION)

    latest = (log(PROGRESSION) + left / fading) / growth
    return low.day + float(brentq(excess, 0, latest + 1, xtol=1e-9))


def clones_mm(clones: Clones, t_day: Any) -> Any:
    """Sum of the longest diameters when some cells never respond.

    Parameters
    ----------
    clones
        The parameter set.
    t_day
        Days since the start, a number or an array.

    Returns
    -------
    Same kind as `t_day`
        mm.

    Notes
    -----
    Both parts are lengths that add up: lesions of one kind beside lesions of the other.

    Examples
    --------
    >>> clones_mm(Clones(), [0, 365, 730]).round(1).tolist()
    [50.0, 22.2, 17.8]
    """
    days = np.asarray(t_day, dtype=float)
    responding = (1 - clones.resistant_fraction) * np.exp(-clones.kill_per_day * days)
    return (
        clones.diameters_mm
        * np.exp(clones.growth_per_day * days)
        * (responding + clones.resistant_fraction)
    )


def _mg_l(
    drug: Sorafenib | Lenvatinib,
    routes: tuple[Route, ...],
    amount: Callable[[Response, float], Any],
) -> Any:
    parts = (per_litre * amount(once, over_h) for per_litre, once, over_h in routes)
    return drug.dose_mg * sum(parts)


def _steady(drug: Sorafenib | Lenvatinib, routes: tuple[Route, ...], t_h: Any) -> Any:
    return _mg_l(drug, routes, lambda once, over_h: once.steady(t_h, drug.interval_h, over_h))


def _highest(curve: Callable[[Any], Any], end_h: float) -> Peak:
    """Highest point of a curve that rises and falls once, up to `end_h`."""
    grid = np.linspace(0, end_h, 241)
    top = int(np.argmax(curve(grid)))
    found = minimize_scalar(
        lambda t_h: -float(curve(t_h)),
        bounds=(grid[max(top - 1, 0)], grid[min(top + 1, len(grid) - 1)]),
        method="bounded",
        options={"xatol": 1e-9},
    )
    return Peak(float(found.x), -float(found.fun))


def _check_share(share: Any) -> None:
    if not np.all((np.asarray(share) >= 0) & (np.asarray(share) <= 1)):
        raise ValueError(f"share={share} outside 0-1")
