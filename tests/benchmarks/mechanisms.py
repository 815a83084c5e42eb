"""How long a student waits for a therapy model after moving a slider."""

from __future__ import annotations

import statistics
import timeit
from collections.abc import Callable, Iterator

import numpy as np

from hcclab.mechanisms.antibodies import (
    DriftingNivolumab,
    Vegf,
    course_mg_l,
    dosing_days,
    suppression,
)
from hcclab.mechanisms.car_t import HccCarT, infuse
from hcclab.mechanisms.cryoablation import Cryoablation, freeze
from hcclab.mechanisms.growth import Growth
from hcclab.mechanisms.heat_ablation import Microwave, Radiofrequency, heat
from hcclab.mechanisms.immune_dynamics import ImmuneDynamics, combine, respond, separatrix
from hcclab.mechanisms.interferon import (
    HcvDynamics,
    IsgFeedback,
    StandardInterferon,
    induce,
    infection_course,
    viral_load_under,
)
from hcclab.mechanisms.kinase_inhibitors import (
    Lenvatinib,
    LenvatinibEffect,
    LenvatinibTargets,
    diameters_mm,
    drug_effect,
    exposure,
    panel,
)
from hcclab.mechanisms.magnetic_heating import MagneticParticle, best_core
from hcclab.mechanisms.oncolytic_virus import OncolyticVirusWithImmunity, infect
from hcclab.mechanisms.radioembolisation import GlassResponse, Radioembolisation, best_activity
from hcclab.mechanisms.rnai import Rnai, knock_down
from hcclab.mechanisms.synergy import DoseResponse, loewe
from hcclab.mechanisms.tace import AlbiCost, Tace, embolise, schedule, trade_off
from tests.benchmarks.figures import Figure

ROUNDS = 25
SOLVE_MS = 20
FREEZE_THAW_MS = 60
DAYS = np.arange(366)


def _lenvatinib_to_tumour() -> object:
    effect = LenvatinibEffect()
    return diameters_mm(effect, DAYS, drug_effect(exposure(Lenvatinib()).mean_mg_l, effect))


DOSES = np.linspace(0, 4, 40)

SOLVES: list[tuple[str, Callable[[], object], float]] = [
    (
        "TACE, 3 sessions in a year",
        lambda: embolise(Growth(diameter_cm=5), Tace(), DAYS, schedule(3)),
        SOLVE_MS,
    ),
    (
        "TACE, 6 sessions in a year",
        lambda: embolise(Growth(diameter_cm=5), Tace(), DAYS, schedule(6)),
        SOLVE_MS,
    ),
    (
        "TACE, 0 to 6 sessions against liver function",
        lambda: trade_off(Growth(diameter_cm=5), Tace(), AlbiCost()),
        SOLVE_MS,
    ),
    (
        "radioembolisation, best activity",
        lambda: best_activity(Radioembolisation(), GlassResponse()),
        SOLVE_MS,
    ),
    ("radiofrequency ablation", lambda: heat(Radiofrequency()), SOLVE_MS),
    ("microwave ablation", lambda: heat(Microwave()), SOLVE_MS),
    ("cryoablation, one freeze", lambda: freeze(Cryoablation()), SOLVE_MS),
    (
        "cryoablation, freeze, thaw, freeze",
        lambda: freeze(Cryoablation(), (10, 5, 10)),
        FREEZE_THAW_MS,
    ),
    (
        "checkpoint blockade with anti-VEGF, 200 days",
        lambda: respond(ImmuneDynamics(occupancy=1, vegf_blockade=1), DAYS[:201]),
        SOLVE_MS,
    ),
    (
        "checkpoint blockade with anti-VEGF, both drugs against each",
        lambda: combine(ImmuneDynamics(occupancy=1, vegf_blockade=1)),
        SOLVE_MS,
    ),
    (
        "checkpoint blockade, line between held and escaped",
        lambda: separatrix(ImmuneDynamics(occupancy=1)),
        SOLVE_MS,
    ),
    (
        "Loewe surface of 40 by 40 doses",
        lambda: loewe(DoseResponse(), DoseResponse(steepness=2), DOSES[:, None], DOSES),
        SOLVE_MS,
    ),
    (
        "oncolytic virus with immunity, 180 days",
        lambda: infect(Growth(diameter_cm=5), OncolyticVirusWithImmunity(), DAYS[:181]),
        SOLVE_MS,
    ),
    ("lenvatinib, from dose to tumour", _lenvatinib_to_tumour, SOLVE_MS),
    (
        "lenvatinib, inhibition of its targets",
        lambda: panel(Lenvatinib(), LenvatinibTargets()),
        SOLVE_MS,
    ),
    (
        "nivolumab for a year, clearance falling",
        lambda: course_mg_l(DriftingNivolumab(), DAYS, dosing_days(DriftingNivolumab(), 26)),
        SOLVE_MS,
    ),
    ("VEGF under bevacizumab, 8 cycles", lambda: suppression(Vegf()), SOLVE_MS),
    (
        "hepatitis C under interferon, cells free to change",
        lambda: infection_course(HcvDynamics(), DAYS[:29]),
        SOLVE_MS,
    ),
    (
        "hepatitis C under interferon three times a week, 28 days",
        lambda: viral_load_under(HcvDynamics(), StandardInterferon(), DAYS[:29]),
        SOLVE_MS,
    ),
    (
        "genes in two pulses of interferon",
        lambda: induce(IsgFeedback(), DAYS[:15], ((0, 0.25), (4, 4.25))),
        SOLVE_MS,
    ),
    ("CAR-T cells, 1 year", lambda: infuse(Growth(diameter_cm=5), HccCarT(), DAYS), SOLVE_MS),
    ("RNA interference, 60 days", lambda: knock_down(Rnai(), DAYS[:61]), SOLVE_MS),
    ("magnetic heating, best core", lambda: best_core(MagneticParticle()), SOLVE_MS),
]
"""Each model: its name, one solve, and what it may take at the median, ms.

One solve is what one move of a slider can ask of a model: one course over the year with all its
sessions or doses, or one curve over them (that of 0 to 6 sessions is cut from one course).
"""


def measure() -> Iterator[Figure]:
    """The median of each solve."""
    for name, solve, target in SOLVES:
        solve()
        taken = statistics.median(timeit.repeat(solve, number=1, repeat=ROUNDS))
        yield Figure(name, target, taken * 1000, "ms")
