"""The papers behind the rules, each with how far its content has been checked."""

from __future__ import annotations

from dataclasses import dataclass

CONFIDENCE = {
    "verified twice": "read in at least two independent sources",
    "verified": "read in one source",
    "from memory": "recalled from the paper, not yet checked against it",
    "our convention": "chosen by this project where the literature is silent or divided",
    "illustrative": "made up to teach with",
}
"""The confidence marks and what each promises."""


@dataclass(frozen=True)
class Source:
    """A citation with its confidence mark.

    Parameters
    ----------
    key
        Short form for a table ("Johnson 2015").
    citation
        Full reference.
    doi
        Digital object identifier without the resolver, or empty where none is known for sure.
    confidence
        One of the keys of `CONFIDENCE`.
    note
        What exactly was checked, or what is open.
    review_by
        Year by which a guideline should be read again; None for a paper that does not age.
    """

    key: str
    citation: str
    doi: str = ""
    confidence: str = "verified"
    note: str = ""
    review_by: int | None = None

    def __post_init__(self) -> None:
        if self.confidence not in CONFIDENCE:
            raise ValueError(
                f"confidence={self.confidence!r} is not one of {', '.join(CONFIDENCE)}"
            )

    @property
    def url(self) -> str:
        """Address of the paper, or empty."""
        return f"https://doi.org/{self.doi}" if self.doi else ""

    def __str__(self) -> str:
        doi = f" doi:{self.doi}" if self.doi else ""
        return f"{self.citation}{doi} [{self.confidence}]"


JOHNSON_2015 = Source(
    "Johnson 2015",
    "Johnson PJ, Berhane S, Kagebayashi C, et al. Assessment of liver function in patients with "
    "hepatocellular carcinoma: a new evidence-based approach, the ALBI grade. J Clin Oncol "
    "2015;33:550-558.",
    doi="10.1200/JCO.2014.57.9151",
    confidence="verified twice",
    note="formula and boundaries",
)
HIRAOKA_2017 = Source(
    "Hiraoka 2017",
    "Hiraoka A, et al. Liver Cancer 2017;6:325-336.",
    confidence="verified",
    note="cut-off −2.27; that exactly −2.27 is grade 2a is our convention, papers differ",
)
PUGH_1973 = Source(
    "Pugh 1973",
    "Pugh RN, et al. Br J Surg 1973;60:646-649.",
    doi="10.1002/bjs.1800600817",
    confidence="verified twice",
    note="rows and points; the INR bands are a later convention",
)
REIG_2022 = Source(
    "Reig 2022",
    "Reig M, Forner A, Rimola J, et al. BCLC strategy for prognosis prediction and treatment "
    "recommendation: the 2022 update. J Hepatol 2022;76:681-693.",
    doi="10.1016/j.jhep.2021.11.018",
    confidence="verified twice",
    note="stage rules; the 2025 update (J Hepatol 2026;84:631-654) returns the same stages",
    review_by=2027,
)
BCLC_LIVER = Source(
    "Reig 2022, operational",
    "How this project turns the BCLC 2022 text on preserved liver function into a rule.",
    doi="10.1016/j.jhep.2021.11.018",
    confidence="our convention",
    note="the paper leaves 'impaired but not end-stage' without a stage",
    review_by=2027,
)
MAZZAFERRO_1996 = Source(
    "Mazzaferro 1996",
    "Mazzaferro V, et al. N Engl J Med 1996;334:693-699.",
    doi="10.1056/NEJM199603143341104",
    confidence="verified twice",
    note="size and number limits, both closed",
)
