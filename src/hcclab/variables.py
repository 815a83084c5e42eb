"""The data dictionary: every clinical variable, described once.

Validation, error messages, slider limits, column names and documentation all read from here. A
variable is also a term of the rule language (`hcclab.criteria`), so ``ecog >= 3`` is a criterion.

Ranges are this project's own convention: *hard* limits reject what no patient can have and
catch unit errors; *usual* limits mark what deserves a second look, and bound sliders and what-ifs.

>>> albumin_g_l.read(38)
38.0
>>> albumin_g_l.read(3.8)
Traceback (most recent call last):
    ...
ValueError: albumin_g_l=3.8 outside 10-65, looks like g/dL
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from hcclab.criteria import Bounds, Criterion, Frame, Term, Truth, Values, unique

if TYPE_CHECKING:
    import narwhals as nw

YES = ("true", "yes", "1", "1.0", "y", "t")
NO = ("false", "no", "0", "0.0", "n", "f")
NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
DECIMAL_COMMA = r"^[+-]?[0-9]+,[0-9]+$"
BLANK = ("", "na", "n/a", "nan", "null", "unknown", "?")


@dataclass(frozen=True)
class Suspicion:
    """What a number between `low` and `high` is likely to be instead."""

    low: float
    high: float
    looks_like: str


@dataclass(frozen=True, eq=False)
class Variable(Term):
    """One clinical variable.

    Parameters
    ----------
    name
        Column and keyword name, unit included (``bilirubin_umol_l``).
    label, meaning
        Short name as it stands within a sentence, and one plain sentence for a student.
    unit
        Unit as printed.
    kind
        ``"number"``, ``"integer"``, ``"choice"`` or ``"flag"``.
    hard, usual
        Limits, both included, in `unit`. Outside `hard` is an error, outside `usual` a warning.
    step, digits
        Resolution at which the value is reported, and decimals shown.
    choices
        Allowed words, mildest first.
    default
        Value assumed, and reported as assumed, when the variable is not given at all.
    suspicions
        Likely causes of a value outside the hard limits.
    """

    name: str
    label: str
    meaning: str
    unit: str = ""
    kind: str = "number"
    hard: tuple[float, float] = (-math.inf, math.inf)
    usual: tuple[float, float] = (-math.inf, math.inf)
    step: float = 1
    digits: int | None = None
    choices: tuple[str, ...] = ()
    default: Any = None
    suspicions: tuple[Suspicion, ...] = ()

    exact = True

    @cached_property
    def names(self) -> tuple[str, ...]:
        return (self.name,)

    def evaluate(self, values: Values) -> Any:
        return values.get(self.name, self.default)

    def needs(self, values: Values) -> tuple[str, ...]:
        return (self.name,) if self.evaluate(values) is None else ()

    def compile(self, frame: Frame) -> Bounds:
        expression = self._expression(frame)
        return Bounds(expression, expression)

    def needs_expr(self, name: str, frame: Frame) -> nw.Expr:
        import narwhals as nw

        return self._expression(frame).is_null() if name == self.name else nw.lit(False)

    def cuts(self, name: str, threshold: Any, values: Values) -> Iterable[Any]:
        return (threshold,) if name == self.name else ()

    def _expression(self, frame: Frame) -> nw.Expr:
        import narwhals as nw

        if self.name in frame.present:
            return frame.column(self.name)
        dtype = {"choice": nw.String(), "flag": nw.Boolean()}.get(self.kind, nw.Float64())
        return nw.lit(self.default, dtype=dtype)

    def read(self, raw: Any) -> Any:
        """Turn what a person or a file gave into a value; None if it is blank.

        Raises
        ------
        ValueError
            Naming the variable, the value, what is accepted and the likely cause.
        """
        if raw is None or self._holds(raw):
            return raw
        if isinstance(raw, str) and raw.strip().lower() in BLANK:
            return None
        if isinstance(raw, float) and math.isnan(raw):
            return None
        if self.kind == "flag":
            return self._read_flag(raw)
        if self.kind == "choice":
            return self._read_choice(raw)
        return self._read_number(raw)

    def _holds(self, raw: Any) -> bool:
        """Tell whether an entry already is a value of this variable, as it mostly is."""
        kind = type(raw)
        if kind is bool:
            return self.kind == "flag"
        if kind is str:
            return raw in self.choices
        if (kind is int and self.kind == "integer") or (kind is float and self.kind == "number"):
            return bool(self.hard[0] <= raw <= self.hard[1])
        return False

    def _read_flag(self, raw: Any) -> bool:
        word = f"{raw:g}" if isinstance(raw, float) else str(raw).strip().lower()
        if word in YES:
            return True
        if word in NO:
            return False
        raise ValueError(f"{self.name}={raw} is not yes or no")

    def _read_choice(self, raw: Any) -> str:
        word = str(raw).strip().lower().replace(" ", "_").replace("-", "_")
        if word in self.choices:
            return word
        raise ValueError(f"{self.name}={raw} {self.not_a_choice}")

    def _read_number(self, raw: Any) -> float:
        low, high = self.hard
        text = raw.strip() if isinstance(raw, str) else raw
        if isinstance(text, bool) or not (isinstance(text, int | float) or is_number(str(text))):
            comma = re.match(DECIMAL_COMMA, str(text)) is not None
            likely = ", looks like a decimal comma" if comma else ""
            raise ValueError(f"{self.name}={raw} is not a number{likely}")
        try:
            number = float(text)
        except OverflowError:
            number = math.inf
        if not low <= number <= high:
            raise ValueError(f"{self.name}={raw} {self.outside}{self.suspect(number)}")
        if self.kind != "integer":
            return number
        if not number.is_integer():
            raise ValueError(f"{self.name}={raw} is not a whole number")
        return int(number)

    @property
    def outside(self) -> str:
        """The part of an error message that states the hard limits."""
        low, high = self.hard
        return f"outside {low:g}-{high:g}"

    @property
    def not_a_choice(self) -> str:
        """The part of an error message that lists the choices."""
        return f"is not one of {', '.join(self.choices)}"

    def suspect(self, number: float) -> str:
        """The part of an error message that names the likely cause, or nothing."""
        for suspicion in self.suspicions:
            if suspicion.low <= number <= suspicion.high:
                return f", looks like {suspicion.looks_like}"
        return ""

    def unusual(self, value: Any) -> str | None:
        """Say why a valid value deserves a second look, or None.

        Examples
        --------
        >>> bilirubin_umol_l.unusual(1.2)
        'bilirubin_umol_l=1.2 outside the usual 3-500, looks like mg/dL'
        """
        low, high = self.usual
        if value is None or self.kind not in ("number", "integer") or low <= value <= high:
            return None
        usual = f"{low:g}-{high:g}"
        return f"{self.name}={value:g} outside the usual {usual}{self.suspect(value)}"

    def __repr__(self) -> str:
        return f"<{self.name}>"


class Flag(Variable, Criterion):
    """A yes-or-no variable, which is a criterion by itself."""

    def truth(self, values: Values) -> Truth:
        truth: Truth = values.get(self.name, self.default)
        return truth

    def compile(self, frame: Frame) -> nw.Expr:  # type: ignore[override]
        return self._expression(frame)

    def cuts(self, name: str, values: Values) -> Iterable[Any]:  # type: ignore[override]
        return ()

    def __str__(self) -> str:
        return self.label

    __hash__ = object.__hash__


@dataclass(frozen=True, eq=False)
class Quantity(Term):
    """One quantity that may be entered in several units; its value is in the first of them.

    Each unit is a variable with the factor that converts it to the first unit.
    """

    label: str
    units: tuple[tuple[Variable, float], ...]

    exact = False

    @property
    def unit(self) -> str:  # type: ignore[override]
        return self.units[0][0].unit

    @property
    def digits(self) -> int | None:  # type: ignore[override]
        return self.units[0][0].digits

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(variable.name for variable, _ in self.units)

    def evaluate(self, values: Values) -> float | None:
        for variable, factor in self.units:
            value = values.get(variable.name)
            if value is not None:
                return float(value * factor)
        return None

    def needs(self, values: Values) -> tuple[str, ...]:
        return self.names[:1] if self.evaluate(values) is None else ()

    def compile(self, frame: Frame) -> Bounds:
        import narwhals as nw

        (first, _), *others = self.units
        expression = first._expression(frame)
        for variable, factor in others:
            converted = variable._expression(frame) * factor
            expression = nw.when(~expression.is_null()).then(expression).otherwise(converted)
        return Bounds(expression, expression)

    def needs_expr(self, name: str, frame: Frame) -> nw.Expr:
        import narwhals as nw

        return self.compile(frame).low.is_null() if name == self.names[0] else nw.lit(False)

    def cuts(self, name: str, threshold: Any, values: Values) -> Iterable[Any]:
        return [threshold / factor for variable, factor in self.units if variable.name == name]

    def __repr__(self) -> str:
        return f"<{' or '.join(self.names)}>"


def is_number(text: str) -> bool:
    """Tell whether a text reads as a finite number.

    Examples
    --------
    >>> is_number("3.8"), is_number("3,8"), is_number("inf")
    (True, False, False)
    """
    return re.match(NUMBER, text) is not None


# Liver function -------------------------------------------------------------------------------

bilirubin_umol_l = Variable(
    "bilirubin_umol_l",
    "bilirubin",
    "Total serum bilirubin: pigment that a failing liver clears too slowly.",
    unit="µmol/L",
    hard=(1, 1000),
    usual=(3, 500),
    step=0.1,
    digits=1,
    suspicions=(Suspicion(0, 5, "mg/dL"),),
)
bilirubin_mg_dl = Variable(
    "bilirubin_mg_dl",
    "bilirubin",
    "Total serum bilirubin: pigment that a failing liver clears too slowly.",
    unit="mg/dL",
    hard=(0.06, 60),
    usual=(0.2, 30),
    step=0.01,
    digits=2,
    suspicions=(Suspicion(30, 1000, "µmol/L"),),
)
direct_bilirubin_mg_dl = Variable(
    "direct_bilirubin_mg_dl",
    "direct bilirubin",
    "The conjugated part of bilirubin; it cannot exceed the total.",
    unit="mg/dL",
    hard=(0, 60),
    usual=(0, 25),
    step=0.01,
    digits=2,
    suspicions=(Suspicion(60, 1000, "µmol/L"),),
)
albumin_g_l = Variable(
    "albumin_g_l",
    "albumin",
    "Protein that the liver makes; it falls when the liver fails.",
    unit="g/L",
    hard=(10, 65),
    usual=(20, 50),
    step=0.1,
    digits=1,
    suspicions=(Suspicion(1, 6.5, "g/dL"),),
)
albumin_g_dl = Variable(
    "albumin_g_dl",
    "albumin",
    "Protein that the liver makes; it falls when the liver fails.",
    unit="g/dL",
    hard=(1.0, 6.5),
    usual=(2.0, 5.0),
    step=0.01,
    digits=2,
    suspicions=(Suspicion(10, 65, "g/L"),),
)
inr = Variable(
    "inr",
    "INR",
    "Clotting time as a ratio to normal; it rises when the liver makes too few clotting factors.",
    hard=(0.5, 20),
    usual=(0.8, 4),
    step=0.01,
    digits=2,
    suspicions=(Suspicion(9, 60, "a prothrombin time in seconds"),),
)
pt_prolongation_s = Variable(
    "pt_prolongation_s",
    "prothrombin time above control",
    "Seconds by which clotting takes longer than in the control sample.",
    unit="s",
    hard=(-5, 60),
    usual=(0, 20),
    step=0.1,
    digits=1,
)
ascites = Variable(
    "ascites",
    "ascites",
    "Fluid in the belly: none, mild or controlled by diuretics, moderate to severe or refractory.",
    kind="choice",
    choices=("none", "mild", "moderate_severe"),
)
encephalopathy_grade = Variable(
    "encephalopathy_grade",
    "encephalopathy grade",
    "Brain dysfunction from liver failure, West Haven grade; covert disease counts as 0.",
    kind="integer",
    hard=(0, 4),
    usual=(0, 4),
)
cholestatic = Flag(
    "cholestatic",
    "cholestatic liver disease",
    "Primary biliary or sclerosing cholangitis, where bilirubin rises before the liver fails.",
    kind="flag",
    default=False,
)
platelets_1e9_l = Variable(
    "platelets_1e9_l",
    "platelets",
    "Platelet count; low when portal hypertension fills the spleen.",
    unit="10⁹/L",
    hard=(1, 2000),
    usual=(20, 450),
    suspicions=(Suspicion(2000, 2_000_000, "a count per µL"),),
)
liver = Variable(
    "liver",
    "liver function",
    "Clinical judgement: preserved, impaired (decompensated) or end-stage.",
    kind="choice",
    choices=("preserved", "impaired", "end_stage"),
)
transplantable = Flag(
    "transplantable",
    "transplant option",
    "The patient could be given a transplant (tumour within criteria, no contraindication).",
    kind="flag",
    default=False,
)

# Tumour and patient ---------------------------------------------------------------------------

tumour_count = Variable(
    "tumour_count",
    "number of tumours",
    "Nodules believed to be HCC, not every lesion in the liver.",
    kind="integer",
    hard=(1, 100),
    usual=(1, 10),
)
largest_tumour_cm = Variable(
    "largest_tumour_cm",
    "largest tumour",
    "Longest outer diameter of the largest nodule.",
    unit="cm",
    hard=(0.1, 30),
    usual=(0.5, 15),
    step=0.1,
    digits=1,
    suspicions=(Suspicion(30, 300, "mm"),),
)
macrovascular_invasion = Flag(
    "macrovascular_invasion",
    "macrovascular invasion",
    "Tumour visible on imaging in a portal or hepatic vein; a bland clot does not count.",
    kind="flag",
)
extrahepatic_spread = Flag(
    "extrahepatic_spread",
    "extrahepatic spread",
    "Tumour in lymph nodes or elsewhere outside the liver.",
    kind="flag",
)
ecog = Variable(
    "ecog",
    "ECOG performance status",
    "0 fully active, 1 no heavy work, 2 up more than half the day, 3 in bed or chair more than "
    "half the day, 4 bedbound.",
    kind="integer",
    hard=(0, 4),
    usual=(0, 4),
)
ecog_tumour_related = Flag(
    "ecog_tumour_related",
    "impairment caused by the tumour",
    "The loss of performance comes from the cancer and not, say, from a broken hip.",
    kind="flag",
    default=True,
)

bilirubin = Quantity("bilirubin", ((bilirubin_umol_l, 1), (bilirubin_mg_dl, 17.1)))
albumin = Quantity("albumin", ((albumin_g_l, 1), (albumin_g_dl, 10)))
QUANTITIES = (bilirubin, albumin)

VARIABLES: Mapping[str, Variable] = {
    variable.name: variable
    for variable in list(globals().values())
    if isinstance(variable, Variable)
}
"""Every variable by name, in the order of the dictionary."""

TUMOUR_LIST = "tumour_diameters_cm"
"""The one input that holds a list: diameters in cm, ``"4.5;2.0"`` in a table cell."""


def show_entry(raw: Any) -> str:
    """Write an entry as it would stand in a table cell.

    Examples
    --------
    >>> show_entry([4.5, 2.0]), show_entry("4.5;2.0")
    ('4.5;2', '4.5;2.0')
    """
    if isinstance(raw, str) or not isinstance(raw, Iterable):
        return str(raw)
    return ";".join(f"{part:g}" if isinstance(part, int | float) else str(part) for part in raw)


def nearest(name: str, candidates: Iterable[str] = ()) -> tuple[str, ...]:
    """Names of the dictionary that an unknown name may have meant, best first.

    Examples
    --------
    >>> nearest("Albumin")
    ('albumin_g_l', 'albumin_g_dl')
    """
    import difflib

    word = name.strip().lower().replace(" ", "_")
    known = tuple(candidates) or (*VARIABLES, TUMOUR_LIST)
    begins = [other for other in known if len(word) > 2 and other.startswith(word)]
    return unique((*begins, *difflib.get_close_matches(word, known, n=2, cutoff=0.7)))
