"""The papers behind the rules, each with how far its content has been checked."""

from __future__ import annotations

import re
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

    @property
    def year(self) -> int | None:
        """Year in the key, or None if it has none.

        Examples
        --------
        >>> JOHNSON_2015.year, KIM_2021_SURVIVAL.year, PMC4641125.year
        (2015, 2021, None)
        """
        found = re.search(r"(?<!\d)(?:19|20)\d\d(?!\d)", self.key)
        return int(found.group()) if found else None

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
OKEN_1982 = Source(
    "Oken 1982",
    "Oken MM, et al. Am J Clin Oncol 1982;5:649-655.",
    confidence="from memory",
    note="wording of the grades; what they do to the stage is from Reig 2022, verified twice",
)
REIG_2025 = Source(
    "Reig 2025",
    "Reig M, et al. J Hepatol 2026;84:631-654: BCLC, the 2025 update, printed as that of 2026.",
    doi="10.1016/j.jhep.2025.10.020",
    confidence="verified",
    note="abstract, and a national manual that states it was checked against the full text; "
    "an erratum is J Hepatol 2026;84:1193-1195",
    review_by=2027,
)
BCLC_STRATA = Source(
    "Reig 2022, strata",
    "Reig M, Forner A, Rimola J, et al. BCLC strategy for prognosis prediction and treatment "
    "recommendation: the 2022 update. J Hepatol 2022;76:681-693.",
    doi="10.1016/j.jhep.2021.11.018",
    confidence="verified twice",
    note="the three groups; their order, first to last, is the order of the treatments",
    review_by=2027,
)
NHC_2022 = Source(
    "NHC 2022",
    "National Health Commission of China. Guidelines for the diagnosis and treatment of primary "
    "liver cancer, 2022. English version: Liver Cancer 2023;12:405-444.",
    confidence="verified twice",
    note="stage rules, the same in 2019, 2024 and 2026; the pages of the English version are from "
    "memory",
    review_by=2028,
)
NHC_2026 = Source(
    "NHC 2026",
    "National Health Commission of China. Guidelines for the diagnosis and treatment of primary "
    "liver cancer, 2026. Med J PUMCH 2026;17:735-770.",
    confidence="verified",
    note="treatment by stage, read in a knowledge base that quotes it",
    review_by=2028,
)
AJCC_2017 = Source(
    "AJCC 2017",
    "American Joint Committee on Cancer. Cancer Staging Manual, 8th edition, 2017.",
    confidence="verified",
    note="T categories and stage groups, in secondary sources; still current in mid-2026",
    review_by=2027,
)
OKUDA_1985 = Source(
    "Okuda 1985",
    "Okuda K, et al. Cancer 1985;56:918-928.",
    confidence="verified twice",
    note="the four points; that a value exactly on a limit scores nothing",
)
CLIP_1998 = Source(
    "CLIP 1998",
    "The Cancer of the Liver Italian Program (CLIP) Investigators. Hepatology 1998;28:751-755.",
    confidence="verified twice",
    note="the four items; medians are those of the validation, Hepatology 2000",
)
KUDO_2003 = Source(
    "Kudo 2003",
    "Kudo M, et al. J Gastroenterol 2003;38:207-215.",
    confidence="verified",
    note="LCSGJ categories and JIS points; a printed table that says < 2 cm is a misprint",
)
HIRAOKA_2016 = Source(
    "Hiraoka 2016",
    "Hiraoka A, et al. J Gastroenterol Hepatol 2016;31:1031-1036.",
    confidence="verified",
    note="built like JIS, with the ALBI grade in place of the Child-Pugh class",
)
HIRAOKA_2016_MODIFIED = Source(
    "Hiraoka 2016, modified",
    "Hiraoka A, et al. J Gastroenterol Hepatol 2016;31:1031-1036, with the modified ALBI grade.",
    confidence="from memory",
    note="built like ALBI-T; that grades 1, 2a, 2b and 3 score 0 to 3 is from memory",
)
YAU_2014 = Source(
    "Yau 2014",
    "Yau T, et al. Gastroenterology 2014;146:1691-1700.",
    doi="10.1053/j.gastro.2014.02.032",
    confidence="from memory",
    note="the six inputs and the stage names are verified; the tumour categories and the tree "
    "that leads to the stages are from memory",
)
FARINATI_2016 = Source(
    "Farinati 2016",
    "Farinati F, et al. PLoS Med 2016;13:e1002006.",
    doi="10.1371/journal.pmed.1002006",
    confidence="verified",
    note="tumour stages, points and medians",
)
EISENHAUER_2009 = Source(
    "Eisenhauer 2009",
    "Eisenhauer EA, et al. Eur J Cancer 2009;45:228-247.",
    doi="10.1016/j.ejca.2008.10.026",
    confidence="verified twice",
    note="limits, both closed; two reviews print > 20 %, a minority reading",
)
LENCIONI_2010 = Source(
    "Lencioni 2010",
    "Lencioni R, Llovet JM. Semin Liver Dis 2010;30:52-60.",
    doi="10.1055/s-0030-1247132",
    confidence="verified",
    note="limits as quoted in PMC9747269, Table 11; no smallest growth in mm is stated, and the "
    "update of 2020 was not accessible",
)
LIRADS_RESPONSE_2018 = Source(
    "LI-RADS v2018, treatment response",
    "American College of Radiology. CT/MRI LI-RADS v2018: treatment response algorithm.",
    confidence="verified twice",
    note="categories as quoted in Radiol Oncol 2018;52:353-364, Table 4, and in Hepatoma Res "
    "2019;5:1, Table 1",
    review_by=2027,
)
ASLAM_2024 = Source(
    "Aslam 2024",
    "Aslam A, et al. Radiology 2024;313:e232408.",
    confidence="verified",
    note="read through a brief that quotes the American College of Radiology; the MRI ancillary "
    "features are from memory",
    review_by=2027,
)
KARIYAMA_2020 = Source(
    "Kariyama 2020",
    "Kariyama K, et al. Liver Cancer 2020;9:734-743.",
    confidence="verified twice",
    note="the formula, in the abstract (PMC7768152)",
)
KARIYAMA_2020_GRADES = Source(
    "Kariyama 2020, grades",
    "Kariyama K, et al. Liver Cancer 2020;9:734-743.",
    confidence="from memory",
    note="the limits −34.4 and −22.2 are not printed in any open text found",
)
ROAYAIE_2015 = Source(
    "Roayaie 2015",
    "Roayaie S, et al. AASLD abstract 2015; Liu PH, et al. J Gastroenterol Hepatol 2017.",
    confidence="verified",
    note="formula and limits, in Table 1 of PMC5859293; the second citation is from memory",
)
KAMATH_2001 = Source(
    "Kamath 2001",
    "Kamath PS, et al. Hepatology 2001;33:464-470.",
    doi="10.1053/jhep.2001.22172",
    confidence="verified",
    note="the form of UNOS without the cause of the disease, read in code that quotes the policy",
)
WIESNER_2003 = Source(
    "Wiesner 2003",
    "Wiesner R, et al. Gastroenterology 2003;124:91-96.",
    confidence="verified twice",
    note="the five mortalities, in more than eight open calculators; volume and pages from memory",
)
OPTN_2016 = Source(
    "OPTN 2016",
    "OPTN Policy 9: Allocation of Livers, MELD with sodium, January 2016.",
    confidence="verified",
    note="read in code that quotes the policy",
)
KIM_2008 = Source(
    "Kim 2008",
    "Kim WR, et al. N Engl J Med 2008;359:1018-1026.",
    doi="10.1056/NEJMoa0801209",
    confidence="verified",
    note="formula, against eight worked results of others",
)
KIM_2021 = Source(
    "Kim 2021",
    "Kim WR, Mannalithara A, Heimbach JK, et al. Gastroenterology 2021;161:1887-1895.",
    doi="10.1053/j.gastro.2021.08.050",
    confidence="verified twice",
    note="formula and the authors' worked table; that allocation ends at 40 and the paper does "
    "not is from memory",
)
KIM_2021_SURVIVAL = Source(
    "Kim 2021, survival",
    "Kim WR, Mannalithara A, Heimbach JK, et al. Gastroenterology 2021;161:1887-1895, supplement.",
    doi="10.1053/j.gastro.2021.08.050",
    confidence="verified",
    note="against values of the supplement",
)
STERLING_2006 = Source(
    "Sterling 2006",
    "Sterling RK, et al. Hepatology 2006;43:1317-1325.",
    doi="10.1002/hep.21178",
    confidence="verified",
    note="formula and the limits 1.45 and 3.25, derived in HIV with hepatitis C",
)
SHAH_2009 = Source(
    "Shah 2009",
    "Shah AG, et al. Clin Gastroenterol Hepatol 2009;7:1104-1112; from 65 years: McPherson S, "
    "et al. Am J Gastroenterol 2017;112:740-751.",
    confidence="from memory",
    note="1.30 and 2.67 are from memory; 2.0 from the age of 65 was read in McPherson's abstract",
)
WAI_2003 = Source(
    "Wai 2003",
    "Wai CT, et al. Hepatology 2003;38:518-526.",
    doi="10.1053/jhep.2003.50346",
    confidence="verified",
    note="formula and the limits 0.5 and 1.5; one published table prints < 0.5 instead of ≤ 0.5",
)
APRI_CIRRHOSIS_LIMITS = Source(
    "Wai 2003, cirrhosis",
    "Wai CT, et al. Hepatology 2003;38:518-526; World Health Organization, guidance on "
    "hepatitis B.",
    doi="10.1053/jhep.2003.50346",
    confidence="from memory",
    note="the upper limit 2.0 is verified, the lower limit 1.0 is from memory",
)
FAN_2020 = Source(
    "Fan 2020",
    "Fan R, Papatheodoridis G, Sun J, et al. J Hepatol 2020;73:1368-1378.",
    doi="10.1016/j.jhep.2020.07.025",
    confidence="verified",
    note="against the authors' calculator; reading the band from the unrounded score is our "
    "convention",
)
PAPATHEODORIDIS_2016 = Source(
    "Papatheodoridis 2016",
    "Papatheodoridis G, et al. J Hepatol 2016;64:800-806.",
    doi="10.1016/j.jhep.2015.11.035",
    confidence="verified twice",
    note="points and bands; that 199.5 platelets belong to 100-199 is our convention",
)
KIM_2018 = Source(
    "Kim 2018",
    "Kim JH, et al. J Hepatol 2018;69:1066-1073.",
    confidence="verified twice",
    note="points; that 39.5 g/L of albumin belong to 35-39 is our convention",
)
KIM_2018_BANDS = Source(
    "Kim 2018, bands",
    "Kim JH, et al. J Hepatol 2018;69:1066-1073.",
    confidence="verified",
    note="bands and risks, in the abstract of the Yonsei validation",
)
JOHNSON_2014 = Source(
    "Johnson 2014",
    "Johnson PJ, et al. Cancer Epidemiol Biomarkers Prev 2014;23:144-153.",
    confidence="verified twice",
    note="the formula",
)
BERHANE_2016 = Source(
    "Berhane 2016",
    "Berhane S, et al. Clin Gastroenterol Hepatol 2016;14:875-886.",
    confidence="verified",
    note="the limit −0.63, in two open calculators; that exactly −0.63 is positive is our "
    "convention",
)
YANG_2019 = Source(
    "Yang 2019",
    "Yang JD, et al. Cancer Epidemiol Biomarkers Prev 2019;28:531-538.",
    confidence="verified",
    note="the limits −0.76 and −1.18, in the abstract",
)
YAO_2001 = Source(
    "Yao 2001",
    "Yao FY, et al. Hepatology 2001;33:1394-1403.",
    doi="10.1053/jhep.2001.24563",
    confidence="verified twice",
    note="all three limits; one published table misprints 6 for 6.5 cm",
)
MAZZAFERRO_2009 = Source(
    "Mazzaferro 2009",
    "Mazzaferro V, et al. Lancet Oncol 2009;10:35-43.",
    doi="10.1016/S1470-2045(08)70284-5",
    confidence="verified twice",
    note="the sum and its limit",
)
MAZZAFERRO_2018 = Source(
    "Mazzaferro 2018",
    "Mazzaferro V, et al. Gastroenterology 2018;154:128-139.",
    doi="10.1053/j.gastro.2017.09.025",
    confidence="verified",
    note="the quick rule, in a commentary of 2018; on which side AFP 200 and 400 fall is our "
    "convention",
)
DUVOUX_2012 = Source(
    "Duvoux 2012",
    "Duvoux C, et al. Gastroenterology 2012;143:986-994.",
    doi="10.1053/j.gastro.2012.05.052",
    confidence="verified twice",
    note="points and limit",
)
ZHENG_2008 = Source(
    "Zheng 2008",
    "Zheng SS, et al. Transplantation 2008;85:1726-1732.",
    note="the rule, in PMC4641125",
)
PMC4641125 = Source(
    "PMC4641125",
    "Review of transplant criteria in PubMed Central, PMC4641125.",
    note="read in this review, not in the paper of the centre",
)
PMC5985555 = Source(
    "PMC5985555",
    "Paper on the Kyoto criteria in PubMed Central, PMC5985555.",
    note="PMC4641125 misprints DCP above 400",
)
PMC6113720 = Source(
    "PMC6113720",
    "Review of transplant criteria in PubMed Central, PMC6113720, Table 1.",
    note="read in this review, not in the paper of the centre",
)
SHIMAMURA_2019 = Source(
    "Shimamura 2019",
    "Shimamura, et al. 2019, the 5-5-500 rule for living donation in Japan.",
    confidence="from memory",
    note="that the rule extends Milan was verified; the limb with AFP was not",
)
SAPISOCHIN_2016 = Source(
    "Sapisochin 2016",
    "Sapisochin G, et al. Hepatology 2016.",
    doi="10.1002/hep.28643",
    confidence="from memory",
    note="grade and symptoms were verified in the abstract; no vessels and no spread were not",
)
UNOS_DS = Source(
    "Singal 2023, downstaging",
    "Singal AG, et al. Hepatology 2023;78:1922, Table 4, on the UNOS downstaging protocol.",
    doi="10.1097/HEP.0000000000000466",
    confidence="verified",
    note="sizes, times and AFP; closed limits as in the policy, where the table prints open ones",
    review_by=2028,
)
TOSO_2015 = Source(
    "Toso 2015",
    "Toso C, et al. Hepatology 2015;62:158-165.",
    note="volume of spheres and both limits",
)
SASAKI_2018 = Source(
    "Sasaki 2018",
    "Sasaki K, et al. Ann Surg 2018;267:132.",
    note="the formula; made for colorectal metastases",
)
TBS_LIMITS = Source(
    "Sasaki 2018, limits",
    "Limits of the tumour burden score as printed in Cancer Imaging 2023;23, article "
    "s40644-023-00575-6, Table 1.",
    note="other cohorts of liver cancer use other limits",
)
KADALAYIL_2013 = Source(
    "Kadalayil 2013",
    "Kadalayil L, et al. Ann Oncol 2013;24:2565-2570.",
    doi="10.1093/annonc/mdt247",
    confidence="verified twice",
    note="four open limits; one published table misprints albumin as 36 g/dL",
)
PARK_2016 = Source(
    "Park 2016",
    "Park Y, et al. 2016, the modified score mHAP-II.",
    confidence="from memory",
    note="adds the number of tumours to the items of HAP",
)
SIEGHART_2013 = Source(
    "Sieghart 2013",
    "Sieghart W, et al. Hepatology 2013;57:2261-2273.",
    note="points and limit; secondary sources print > 2.5 or < 1.5",
)
ADHOUTE_2015 = Source(
    "Adhoute 2015",
    "Adhoute X, et al. J Hepatol 2015;62:855-862.",
    confidence="from memory",
    note="points and limits; the range of −3 to 6 agrees",
)
WANG_2019 = Source(
    "Wang 2019",
    "Wang Q, et al. J Hepatol 2019;70:893-903.",
    confidence="verified twice",
    note="limits and median survival, in a congress report and in Cancer Imaging 2023",
)
HUNG_2021 = Source(
    "Hung 2021",
    "Hung YW, et al. 2021, the seven-eleven criteria.",
    note="limits in Cancer Imaging 2023, article s40644-023-00575-6, Table 1; author and year "
    "from memory",
)
LEE_2021 = Source(
    "Lee 2021",
    "Lee IC, et al. Liver Cancer 2021, the ALBI-TAE model.",
    note="points in Cancer Imaging 2023, article s40644-023-00575-6, Table 1; authors, journal "
    "and year from memory",
)
BOLONDI_2012 = Source(
    "Bolondi 2012",
    "Bolondi L, et al. Semin Liver Dis 2012;32:348-359.",
    note="B1 to B4 in Cancer Imaging 2023, article s40644-023-00575-6, Table 1; quasi-C is from "
    "memory",
)
KUDO_2015 = Source(
    "Kudo 2015",
    "Kudo M, et al. Dig Dis 2015;33:751-758.",
    confidence="from memory",
    note="no open text that prints the definition was found",
)
CHERNYAK_2018 = Source(
    "Chernyak 2018",
    "Chernyak V, Fowler KJ, Kamaya A, et al. Liver Imaging Reporting and Data System (LI-RADS) "
    "version 2018: imaging of hepatocellular carcinoma in at-risk patients. Radiology "
    "2018;289:816-830.",
    doi="10.1148/radiol.2018181494",
    confidence="verified twice",
    note="diagnostic table, order of the steps and ancillary rules; the tie-break and that an "
    "unsure major feature is absent in the ACR Core text only",
    review_by=2027,
)
LIRADS_POPULATION = Source(
    "LI-RADS v2018, population",
    "American College of Radiology. CT/MRI LI-RADS v2018 Core: patients to whom it applies.",
    confidence="verified",
    note="as quoted by the Radiology Assistant",
    review_by=2027,
)
LIRADS_GROWTH = Source(
    "LI-RADS v2018, growth",
    "American College of Radiology. CT/MRI LI-RADS v2018 Core: threshold growth.",
    confidence="verified twice",
    note="PMC12217194 among others; v2017 counted more, and copies of its rule still circulate",
    review_by=2027,
)
CEUS_LIRADS_2017 = Source(
    "CEUS LI-RADS v2017",
    "American College of Radiology. CEUS LI-RADS v2017.",
    confidence="from memory",
    note="washout rules, the splits at 20 and 10 mm and the LR-5 cell are verified; the other "
    "cells and LR-2 are from memory",
    review_by=2027,
)
VEZERIDIS_2020 = Source(
    "Vezeridis 2020",
    "Vezeridis AM, et al. CEUS LI-RADS. Hepatoma Res 2020;6:53.",
    confidence="verified",
    note="order of the steps, ancillary features, and that none of them leads to LR-5",
    review_by=2027,
)
SINGAL_2023 = Source(
    "Singal 2023",
    "Singal AG, et al. AASLD practice guidance. Hepatology 2023;78:1922.",
    doi="10.1097/HEP.0000000000000466",
    confidence="verified",
    note="recall rule, as quoted in a guideline deck",
    review_by=2027,
)
SINGAL_2023_DIAGNOSIS = Source(
    "Singal 2023, diagnosis",
    "Singal AG, et al. AASLD practice guidance. Hepatology 2023;78:1922.",
    doi="10.1097/HEP.0000000000000466",
    confidence="verified",
    note="steps by category in secondary sources; when tumour in vein counts as HCC, and that an "
    "image that allows no category is repeated, are our convention",
    review_by=2027,
)
EASL_2018 = Source(
    "EASL 2018",
    "European Association for the Study of the Liver. J Hepatol 2018;69:182.",
    doi="10.1016/j.jhep.2018.03.019",
    confidence="verified",
    note="in secondary summaries; the order after a negative first study is from memory; the "
    "edition of 2025 (J Hepatol 2025;82:315-374) could not be read",
    review_by=2027,
)
NHC_2022_DIAGNOSIS = Source(
    "NHC 2022, diagnosis",
    "National Health Commission of China. Guidelines for the diagnosis and treatment of primary "
    "liver cancer, 2019 and 2022.",
    confidence="verified",
    note="text of 2019; the editions of 2022 and 2024 keep its structure",
    review_by=2028,
)
US_LIRADS_2017 = Source(
    "US LI-RADS v2017",
    "American College of Radiology. US LI-RADS v2017; its categories are unchanged in v2024.",
    confidence="verified",
    note="as quoted in PMC6542628",
    review_by=2027,
)
US_LIRADS_2024 = Source(
    "US LI-RADS v2024",
    "American College of Radiology. US LI-RADS v2024.",
    confidence="verified",
    note="actions and visualisation, as quoted in an open-source radiology tool",
    review_by=2027,
)
WEBER_2022 = Source(
    "Weber 2022",
    "Weber M, et al. (guideline of the EANM). Eur J Nucl Med Mol Imaging 2022. PMC8940802.",
    confidence="verified",
    note="formula, and dose targets of Tables 2 and 3; 49.67 Gy·kg/GBq is our choice among "
    "published values of 49.38 to 50, used by open dosimetry software",
    review_by=2027,
)
LUNG_LIMITS = Source(
    "Lung dose limits",
    "Lungs of 1 kg, 30 Gy a treatment and 50 Gy in all: as stated by Radiopaedia, a doctoral "
    "thesis and open dosimetry software.",
    confidence="verified twice",
)
KAO_2013 = Source(
    "Kao 2013",
    "Kao YH, et al. Cardiovasc Intervent Radiol 2013 (s00270-013-0783-z).",
    confidence="verified",
    note="the concept was read; the formula follows from the definition of the ratio and is "
    "checked by its energy balance",
)
DU_BOIS_1916 = Source(
    "Du Bois 1916",
    "Du Bois D, Du Bois EF. Arch Intern Med 1916;17:863-871.",
    confidence="verified",
    note="formula as documented by open statistical software",
)
MOSTELLER_1987 = Source(
    "Mosteller 1987",
    "Mosteller RD. N Engl J Med 1987;317:1098.",
    confidence="verified",
    note="formula as documented by open statistical software",
)
RESIN_BSA = Source(
    "Resin activity by body surface",
    "Formula for resin microspheres as given in a doctoral thesis on radioembolisation "
    "(van Roekel).",
    confidence="verified",
    note="whole liver; the form for a lobe is from memory",
)
RESIN_SHUNT = Source(
    "Resin shunt steps",
    "Reduction of the activity of resin microspheres by lung shunt: as given in a doctoral thesis "
    "(van Roekel) and by an open calculator.",
    confidence="verified twice",
    note="steps; to which step 10, 15 and 20 % belong is our convention. That reducing may cost "
    "efficacy: Ward TJ, et al. J Vasc Interv Radiol 2015;26:1751 (abstract)",
)
FOWLER_1989 = Source(
    "Fowler 1989",
    "Fowler JF. Br J Radiol 1989;62:679-694.",
    confidence="from memory",
    note="the form for yttrium-90 as in Cremonesi M, et al. Front Oncol 2014;4:210",
)
SAPARETO_1984 = Source(
    "Sapareto 1984",
    "Sapareto SA, Dewey WC. Int J Radiat Oncol Biol Phys 1984;10:787-800.",
    doi="10.1016/0360-3016(84)90379-1",
    confidence="verified",
    note="the two values of R, and 240 min for necrosis, in an open simulator",
)
ARRHENIUS_LIVER = Source(
    "Arrhenius parameters of liver",
    "7.39e39 1/s and 2.577e5 J/mol, as used in several public models, a COMSOL tutorial among "
    "them.",
    confidence="verified",
)
VAUTHEY_2002 = Source(
    "Vauthey 2002",
    "Vauthey JN, et al. Liver Transpl 2002;8:233-240.",
    confidence="verified",
    note="as quoted in PMC6422720, Table 1",
)
URATA_1995 = Source(
    "Urata 1995",
    "Urata K, et al. Hepatology 1995;21:1317-1321.",
    confidence="verified",
    note="as quoted in PMC6422720, Table 1",
)
REMNANT_LIMITS = Source(
    "Remnant limits",
    "Limits of the future liver remnant as listed in PMC6422720, Table 1.",
    confidence="verified",
    note="20, 30 and 40 %; sources differ, and that the limit itself is sufficient is our "
    "convention",
)
MAKUUCHI_1993 = Source(
    "Makuuchi 1993",
    "Makuuchi M, et al. Semin Surg Oncol 1993;9:298-304.",
    confidence="from memory",
    note="the bilirubin bands; the three findings and the ICG bands, closed below, were verified",
)
