"""The data dictionary: every clinical variable, described once.

Validation, error messages, slider limits, column names and documentation all read from here.

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

from collections.abc import Iterable, Mapping

from hcclab.criteria import unique
from hcclab.measurement import Flag, Quantity, Suspicion, Variable

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

# Patient and laboratory -------------------------------------------------------------------------

age_years = Variable(
    "age_years",
    "age",
    "Age in years; completed years count.",
    unit="years",
    hard=(0, 120),
    usual=(18, 90),
    step=1,
    digits=0,
)
sex = Variable(
    "sex",
    "sex",
    "Sex as recorded in the cohort from which a formula was derived.",
    kind="choice",
    choices=("female", "male"),
)
creatinine_mg_dl = Variable(
    "creatinine_mg_dl",
    "creatinine",
    "Serum creatinine; it rises when the kidneys fail.",
    unit="mg/dL",
    hard=(0.1, 20),
    usual=(0.4, 6),
    step=0.01,
    digits=2,
    suspicions=(Suspicion(40, 2000, "µmol/L"),),
)
creatinine_umol_l = Variable(
    "creatinine_umol_l",
    "creatinine",
    "Serum creatinine; it rises when the kidneys fail.",
    unit="µmol/L",
    hard=(9, 1768),
    usual=(35, 530),
    step=1,
    digits=0,
    suspicions=(Suspicion(0.1, 8.99, "mg/dL"),),
)
sodium_mmol_l = Variable(
    "sodium_mmol_l",
    "sodium",
    "Serum sodium; low when a failing liver holds back water.",
    unit="mmol/L",
    hard=(100, 180),
    usual=(120, 150),
    step=1,
    digits=0,
)
dialysis = Flag(
    "dialysis",
    "dialysis",
    "At least two dialyses, or 24 hours of haemofiltration, within the last 7 days.",
    kind="flag",
    default=False,
)
ast_u_l = Variable(
    "ast_u_l",
    "AST",
    "Aspartate aminotransferase: leaks from dying liver cells.",
    unit="U/L",
    hard=(1, 20000),
    usual=(8, 500),
    step=1,
    digits=0,
)
alt_u_l = Variable(
    "alt_u_l",
    "ALT",
    "Alanine aminotransferase: leaks from dying liver cells.",
    unit="U/L",
    hard=(1, 20000),
    usual=(8, 500),
    step=1,
    digits=0,
)
ast_uln_u_l = Variable(
    "ast_uln_u_l",
    "upper limit of normal of AST",
    "What the laboratory calls the highest normal AST.",
    unit="U/L",
    hard=(10, 100),
    usual=(30, 45),
    step=1,
    digits=0,
)
afp_ng_ml = Variable(
    "afp_ng_ml",
    "AFP",
    "Alpha-fetoprotein; many liver cancers make it, and not only they.",
    unit="ng/mL",
    hard=(0.1, 10_000_000),
    usual=(1, 100_000),
    step=1,
    digits=0,
)
afp_l3_percent = Variable(
    "afp_l3_percent",
    "AFP-L3",
    "The share of AFP in the form that cancer cells make.",
    unit="%",
    hard=(0, 100),
    usual=(0.5, 90),
    step=0.1,
    digits=1,
    suspicions=(Suspicion(0, 0.5, "a fraction"),),
)
dcp_ng_ml = Variable(
    "dcp_ng_ml",
    "DCP",
    "Des-gamma-carboxy prothrombin (PIVKA-II) by an assay in ng/mL; there is no fixed factor "
    "to mAU/mL.",
    unit="ng/mL",
    hard=(0.01, 100_000),
    usual=(0.1, 1000),
    step=0.1,
    digits=1,
    suspicions=(Suspicion(1000, 10_000_000, "mAU/mL, which is not converted"),),
)
dcp_mau_ml = Variable(
    "dcp_mau_ml",
    "DCP",
    "Des-gamma-carboxy prothrombin (PIVKA-II) by an assay in mAU/mL; there is no fixed factor "
    "to ng/mL.",
    unit="mAU/mL",
    hard=(1, 10_000_000),
    usual=(10, 10000),
    step=1,
    digits=0,
    suspicions=(Suspicion(0, 10, "ng/mL, which is not converted"),),
)
icg_r15_percent = Variable(
    "icg_r15_percent",
    "ICG retention",
    "Indocyanine green still in the blood 15 minutes after its injection.",
    unit="%",
    hard=(0, 100),
    usual=(2, 60),
    step=0.1,
    digits=1,
)
uncontrolled_ascites = Flag(
    "uncontrolled_ascites",
    "uncontrolled ascites",
    "Ascites that diuretics do not control.",
    kind="flag",
)
child_pugh_class = Variable(
    "child_pugh_class",
    "Child-Pugh class",
    "Child-Pugh class as stated; worked out from its items where it is not.",
    kind="choice",
    choices=("A", "B", "C"),
)
child_pugh_score = Variable(
    "child_pugh_score",
    "Child-Pugh points",
    "Child-Pugh points as stated; worked out from its items where they are not.",
    kind="integer",
    hard=(5, 15),
    usual=(5, 15),
)
albi_grade = Variable(
    "albi_grade",
    "ALBI grade",
    "ALBI grade as stated; worked out from bilirubin and albumin where it is not.",
    kind="choice",
    choices=("1", "2", "3"),
)
lcsgj_stage = Variable(
    "lcsgj_stage",
    "LCSGJ stage",
    "Japanese TNM stage 1 to 4 as stated (IVA and IVB are 4).",
    kind="integer",
    hard=(1, 4),
    usual=(1, 4),
)
bclc = Variable(
    "bclc",
    "BCLC stage",
    "BCLC stage as stated; worked out from its findings where it is not.",
    kind="choice",
    choices=("0", "A", "B", "C", "D"),
)
ita_li_ca_tumour_stage = Variable(
    "ita_li_ca_tumour_stage",
    "ITA.LI.CA tumour stage",
    "ITA.LI.CA tumour stage as stated; worked out from the tumours where it is not.",
    kind="choice",
    choices=("0", "A", "B1", "B2", "B3", "C"),
)
# Tumour in detail -------------------------------------------------------------------------------

total_tumour_cm = Variable(
    "total_tumour_cm",
    "sum of diameters",
    "All diameters added up, the largest included.",
    unit="cm",
    hard=(0.1, 3000),
    usual=(0.5, 30),
    step=0.1,
    digits=1,
    exact=False,
)
tumour_volume_cm3 = Variable(
    "tumour_volume_cm3",
    "total tumour volume",
    "Volume of all tumours taken as spheres.",
    unit="cm³",
    hard=(0.0005, 1_500_000),
    usual=(0.05, 4000),
    step=0.05,
    digits=2,
    exact=False,
)
histological_grade = Variable(
    "histological_grade",
    "histological grade",
    "Differentiation in a biopsy, I (good) to III (poor).",
    kind="integer",
    hard=(1, 3),
    usual=(1, 3),
)
cancer_symptoms = Flag(
    "cancer_symptoms",
    "symptoms of the cancer",
    "Symptoms that the cancer itself causes, as against those of the liver disease.",
    kind="flag",
)
milan_after_downstaging = Flag(
    "milan_after_downstaging",
    "within Milan for 6 months after downstaging",
    "Treatment brought the tumour within the Milan criteria, and it stayed there for 6 months.",
    kind="flag",
)
liver_involvement_percent = Variable(
    "liver_involvement_percent",
    "share of the liver replaced by tumour",
    "Part of the liver that the tumour takes up.",
    unit="%",
    hard=(0, 100),
    usual=(0, 100),
    step=1,
    digits=0,
)
clip_morphology = Variable(
    "clip_morphology",
    "tumour morphology",
    "One nodule, several, or massive (more than half of the liver).",
    kind="choice",
    choices=("uni", "multi", "massive"),
)
tumour_pattern = Variable(
    "tumour_pattern",
    "pattern of growth",
    "Well-defined nodules, or diffuse, infiltrative or extensive in both lobes.",
    kind="choice",
    choices=("well_defined", "diffuse"),
)
extended_transplant_criteria = Flag(
    "extended_transplant_criteria",
    "within extended transplant criteria",
    "The transplant centre accepts size, number and AFP, after downstaging if need be.",
    kind="flag",
)
selective_access = Flag(
    "selective_access",
    "preserved portal flow and selective access",
    "The arteries that feed the tumour can be reached one by one, and the portal vein is open.",
    kind="flag",
)
vascular_invasion = Variable(
    "vascular_invasion",
    "vascular invasion",
    "None; minor (microscopic or a small branch); major (right or left main branch).",
    kind="choice",
    choices=("none", "minor", "major"),
)
portal_vein_thrombosis = Flag(
    "portal_vein_thrombosis",
    "portal vein tumour thrombus",
    "Tumour in the portal vein.",
    kind="flag",
)
vascular_or_bile_duct_invasion = Flag(
    "vascular_or_bile_duct_invasion",
    "vessel or bile duct invasion",
    "Tumour in portal or hepatic vein or bile duct.",
    kind="flag",
)
intrahepatic_vascular_invasion = Flag(
    "intrahepatic_vascular_invasion",
    "intrahepatic venous invasion",
    "Tumour in a vein within the liver.",
    kind="flag",
)
extrahepatic_vascular_invasion_or_metastasis = Flag(
    "extrahepatic_vascular_invasion_or_metastasis",
    "extrahepatic vascular invasion or metastasis",
    "Tumour in a vein outside the liver, in nodes or in other organs.",
    kind="flag",
)
vascular_invasion_or_metastasis = Variable(
    "vascular_invasion_or_metastasis",
    "vascular invasion or metastasis",
    "None, in vessels within the liver, or outside the liver.",
    kind="choice",
    choices=("none", "intrahepatic", "extrahepatic"),
)
diffuse = Flag(
    "diffuse",
    "diffuse tumour",
    "Tumour without borders, which cannot be counted or measured.",
    kind="flag",
)
adjacent_organ = Flag(
    "adjacent_organ",
    "invasion of an adjacent organ",
    "Direct growth into another organ than the gallbladder.",
    kind="flag",
)
perforated_visceral_peritoneum = Flag(
    "perforated_visceral_peritoneum",
    "perforated visceral peritoneum",
    "Tumour that has broken through the covering of the liver.",
    kind="flag",
)
n = Flag(
    "n",
    "regional node metastasis",
    "N1: tumour in regional lymph nodes.",
    kind="flag",
)
m = Flag(
    "m",
    "distant metastasis",
    "M1: tumour in other organs or distant nodes.",
    kind="flag",
)
# Course under treatment -------------------------------------------------------------------------

child_pugh_increase = Variable(
    "child_pugh_increase",
    "rise of Child-Pugh points",
    "Child-Pugh points now minus those before the treatment; 0 if they fell.",
    kind="integer",
    hard=(0, 10),
    usual=(0, 5),
)
ast_increase_gt_25pct = Flag(
    "ast_increase_gt_25pct",
    "AST up by more than 25 %",
    "AST now is more than 1.25 times that before the treatment.",
    kind="flag",
)
no_radiological_response = Flag(
    "no_radiological_response",
    "no radiological response",
    "Imaging shows no response to the treatment.",
    kind="flag",
)
radiological_response = Flag(
    "radiological_response",
    "radiological response",
    "Imaging shows a response to the treatment.",
    kind="flag",
)
# Surveillance and diagnosis ---------------------------------------------------------------------

cirrhosis = Flag(
    "cirrhosis",
    "cirrhosis",
    "Cirrhosis of the liver.",
    kind="flag",
)
cirrhosis_cause = Variable(
    "cirrhosis_cause",
    "cause of the cirrhosis",
    "Congenital hepatic fibrosis, a vascular disorder, or any other.",
    kind="choice",
    choices=("other", "congenital_hepatic_fibrosis", "vascular"),
)
chronic_hbv = Flag(
    "chronic_hbv",
    "chronic hepatitis B",
    "Chronic hepatitis B, with or without cirrhosis.",
    kind="flag",
)
chronic_hcv = Flag(
    "chronic_hcv",
    "chronic hepatitis C",
    "Chronic hepatitis C, with or without cirrhosis.",
    kind="flag",
)
current_or_prior_hcc = Flag(
    "current_or_prior_hcc",
    "current or earlier HCC",
    "The patient has or had an HCC.",
    kind="flag",
)
high_risk = Flag(
    "high_risk",
    "high risk by the Chinese guideline",
    "Cirrhosis, or chronic hepatitis B or C.",
    kind="flag",
)
size_mm = Variable(
    "size_mm",
    "size of the observation",
    "Longest outer diameter of the observation.",
    unit="mm",
    hard=(1, 300),
    usual=(5, 150),
    step=0.1,
    digits=1,
    suspicions=(Suspicion(0, 1, "cm"),),
)
aphe = Variable(
    "aphe",
    "arterial phase hyperenhancement",
    "None; nonrim; rim (confined to the periphery).",
    kind="choice",
    choices=("none", "nonrim", "rim"),
)
washout = Flag(
    "washout",
    "nonperipheral washout",
    "Darker than the liver in the portal venous or delayed phase; with gadoxetate in the "
    "portal venous phase only.",
    kind="flag",
)
capsule = Flag(
    "capsule",
    "enhancing capsule",
    "Smooth, sharp rim that enhances in a late phase.",
    kind="flag",
)
threshold_growth = Flag(
    "threshold_growth",
    "threshold growth",
    "Growth by at least half within 6 months.",
    kind="flag",
)
targetoid = Flag(
    "targetoid",
    "targetoid appearance",
    "Any of rim enhancement, peripheral washout, delayed central enhancement, targetoid "
    "restriction or late-phase appearance.",
    kind="flag",
)
nontargetoid_lrm_feature = Flag(
    "nontargetoid_lrm_feature",
    "nontargetoid feature of LR-M",
    "Infiltrative appearance, marked diffusion restriction, necrosis, or another sign against HCC.",
    kind="flag",
)
tumour_in_vein = Flag(
    "tumour_in_vein",
    "tumour in vein",
    "Definite enhancing soft tissue in a vein.",
    kind="flag",
)
not_categorisable = Flag(
    "not_categorisable",
    "image omitted or degraded",
    "The image does not allow a category.",
    kind="flag",
)
benign = Variable(
    "benign",
    "benign",
    "Not benign, probably benign, or definitely benign in the judgement of the reader.",
    kind="choice",
    choices=("none", "probable", "definite"),
)
af_malignant = Variable(
    "af_malignant",
    "ancillary features of malignancy",
    "Number of ancillary features that favour malignancy; using them is optional.",
    kind="integer",
    hard=(0, 14),
    usual=(0, 4),
    default=0,
)
af_benign = Variable(
    "af_benign",
    "ancillary features of benignity",
    "Number of ancillary features that favour benignity; using them is optional.",
    kind="integer",
    hard=(0, 7),
    usual=(0, 4),
    default=0,
)
lirads_category = Variable(
    "lirads_category",
    "LI-RADS category",
    "CT/MRI LI-RADS category as stated; worked out from the features where it is not.",
    kind="choice",
    choices=("LR-NC", "LR-TIV", "LR-1", "LR-2", "LR-3", "LR-4", "LR-5", "LR-M"),
)
prior_mm = Variable(
    "prior_mm",
    "earlier size",
    "Size in the earlier examination; 0 if the observation is new.",
    unit="mm",
    hard=(0, 300),
    usual=(5, 150),
    step=0.1,
    digits=1,
)
current_mm = Variable(
    "current_mm",
    "present size",
    "Size in the present examination.",
    unit="mm",
    hard=(1, 300),
    usual=(5, 150),
    step=0.1,
    digits=1,
    suspicions=(Suspicion(0, 1, "cm"),),
)
months = Variable(
    "months",
    "months between the examinations",
    "Time from the earlier to the present examination.",
    unit="months",
    hard=(0, 240),
    usual=(1, 24),
    step=1,
    digits=0,
)
washout_onset_s = Variable(
    "washout_onset_s",
    "onset of washout",
    "Seconds from injection to the first washout in contrast ultrasound.",
    unit="s",
    hard=(1, 600),
    usual=(20, 300),
    step=1,
    digits=0,
)
washout_degree = Variable(
    "washout_degree",
    "degree of washout",
    "Mild, or marked within 2 minutes.",
    kind="choice",
    choices=("mild", "marked"),
)
observation_mm = Variable(
    "observation_mm",
    "size in ultrasound",
    "Size of the observation in ultrasound; 0 if there is none.",
    unit="mm",
    hard=(0, 300),
    usual=(0, 150),
    step=0.1,
    digits=1,
    suspicions=(Suspicion(0.01, 1, "cm"),),
)
definitely_benign = Flag(
    "definitely_benign",
    "definitely benign",
    "A cyst, for example.",
    kind="flag",
)
new_thrombus_in_vein = Flag(
    "new_thrombus_in_vein",
    "new thrombus in a vein",
    "A clot in a vein that was not there before.",
    kind="flag",
)
us_category = Variable(
    "us_category",
    "ultrasound category",
    "US LI-RADS category as stated; worked out from the findings where it is not.",
    kind="choice",
    choices=("US-1", "US-2", "US-3"),
)
visualisation = Variable(
    "visualisation",
    "visualisation score",
    "How well ultrasound shows the liver: A well, B moderately, C badly.",
    kind="choice",
    choices=("A", "B", "C"),
)
mash_or_alcohol_cirrhosis = Flag(
    "mash_or_alcohol_cirrhosis",
    "MASH or alcohol cirrhosis",
    "Cirrhosis from fatty liver disease with inflammation, or from alcohol.",
    kind="flag",
)
nodule_cm = Variable(
    "nodule_cm",
    "nodule",
    "Diameter of the nodule.",
    unit="cm",
    hard=(0.1, 30),
    usual=(0.5, 15),
    step=0.1,
    digits=1,
    suspicions=(Suspicion(30, 300, "mm"),),
)
modalities_typical = Variable(
    "modalities_typical",
    "typical imaging studies",
    "How many of CT, MRI, contrast ultrasound and gadoxetate MRI show fast in, fast out.",
    kind="integer",
    hard=(0, 4),
    usual=(0, 4),
)
# Response ---------------------------------------------------------------------------------------

baseline_sum_mm = Variable(
    "baseline_sum_mm",
    "sum of target diameters at baseline",
    "Longest diameters of the targets added up, short axes for nodes, before treatment.",
    unit="mm",
    hard=(1, 3000),
    usual=(10, 300),
    step=0.1,
    digits=1,
)
nadir_sum_mm = Variable(
    "nadir_sum_mm",
    "smallest sum of target diameters so far",
    "Longest diameters of the targets added up, short axes for nodes, the smallest so far, "
    "baseline included.",
    unit="mm",
    hard=(0, 3000),
    usual=(0, 300),
    step=0.1,
    digits=1,
)
current_sum_mm = Variable(
    "current_sum_mm",
    "sum of target diameters now",
    "Longest diameters of the targets added up, short axes for nodes, now.",
    unit="mm",
    hard=(0, 3000),
    usual=(0, 300),
    step=0.1,
    digits=1,
)
viable_baseline_sum_mm = Variable(
    "viable_baseline_sum_mm",
    "sum of viable diameters at baseline",
    "Diameters of the parts of the targets that enhance in the arterial phase added up, "
    "before treatment.",
    unit="mm",
    hard=(1, 3000),
    usual=(10, 300),
    step=0.1,
    digits=1,
)
viable_nadir_sum_mm = Variable(
    "viable_nadir_sum_mm",
    "smallest sum of viable diameters so far",
    "Diameters of the parts of the targets that enhance in the arterial phase added up, the "
    "smallest so far, baseline included.",
    unit="mm",
    hard=(0, 3000),
    usual=(0, 300),
    step=0.1,
    digits=1,
)
viable_current_sum_mm = Variable(
    "viable_current_sum_mm",
    "sum of viable diameters now",
    "Diameters of the parts of the targets that enhance in the arterial phase added up, now.",
    unit="mm",
    hard=(0, 3000),
    usual=(0, 300),
    step=0.1,
    digits=1,
)
complete = Flag(
    "complete",
    "all targets gone",
    "Every target has disappeared; nodes are below 10 mm.",
    kind="flag",
)
target = Variable(
    "target",
    "response of the targets",
    "Response of the target lesions.",
    kind="choice",
    choices=("CR", "PR", "SD", "PD", "NE"),
)
nontarget = Variable(
    "nontarget",
    "response of the other lesions",
    "Complete response (CR), progression (PD), neither (SD), or not evaluated (NE).",
    kind="choice",
    choices=("CR", "SD", "PD", "NE"),
)
new_lesion = Flag(
    "new_lesion",
    "new lesion",
    "A lesion that was not there before.",
    kind="flag",
)
lesion_enhancement = Variable(
    "lesion_enhancement",
    "enhancement of the treated lesion",
    "None; expected after this treatment; atypical; or masslike (nodular, or thick and irregular).",
    kind="choice",
    choices=("none", "expected", "atypical", "masslike"),
)
viable_pattern = Flag(
    "viable_pattern",
    "enhancement of living tumour",
    "The tissue is bright in the arterial phase, washes out, or enhances as before the treatment.",
    kind="flag",
)
radiation_treated = Flag(
    "radiation_treated",
    "treated by radiation",
    "The lesion had yttrium-90 or stereotactic radiotherapy.",
    kind="flag",
)
enhancement_increasing = Flag(
    "enhancement_increasing",
    "new or increasing enhancement",
    "The enhancement is new, or larger than in the examination before.",
    kind="flag",
)
# Planning ---------------------------------------------------------------------------------------

height_cm = Variable(
    "height_cm",
    "height",
    "Body height.",
    unit="cm",
    hard=(50, 250),
    usual=(140, 200),
    step=1,
    digits=0,
    suspicions=(Suspicion(0.5, 2.5, "m"),),
)
weight_kg = Variable(
    "weight_kg",
    "weight",
    "Body weight.",
    unit="kg",
    hard=(3, 350),
    usual=(40, 140),
    step=1,
    digits=0,
)
bsa_m2 = Variable(
    "bsa_m2",
    "body surface area",
    "Body surface area; `bsa` works it out from height and weight.",
    unit="m²",
    hard=(0.5, 3.5),
    usual=(1.3, 2.4),
    step=0.01,
    digits=2,
)
dose_gy = Variable(
    "dose_gy",
    "absorbed dose",
    "Mean dose wanted or given.",
    unit="Gy",
    hard=(0.1, 5000),
    usual=(10, 500),
    step=1,
    digits=0,
)
activity_gbq = Variable(
    "activity_gbq",
    "activity",
    "Activity of yttrium-90 given.",
    unit="GBq",
    hard=(0.001, 100),
    usual=(0.2, 10),
    step=0.01,
    digits=2,
    suspicions=(Suspicion(100, 30000, "MBq"),),
)
mass_kg = Variable(
    "mass_kg",
    "perfused mass",
    "Mass of the liver that the artery supplies.",
    unit="kg",
    hard=(0.01, 5),
    usual=(0.1, 2.5),
    step=0.01,
    digits=2,
    suspicions=(Suspicion(50, 5000, "mL or g"),),
)
lung_shunt_fraction = Variable(
    "lung_shunt_fraction",
    "lung shunt",
    "Part of the activity that passes through to the lungs.",
    hard=(0, 0.99),
    usual=(0, 0.2),
    step=0.01,
    digits=2,
    suspicions=(Suspicion(1, 100, "a percentage"),),
)
residual_fraction = Variable(
    "residual_fraction",
    "residual",
    "Part of the activity left in vial and tubing.",
    hard=(0, 0.99),
    usual=(0, 0.1),
    step=0.01,
    digits=2,
    suspicions=(Suspicion(1, 100, "a percentage"),),
    default=0.0,
)
lung_mass_kg = Variable(
    "lung_mass_kg",
    "lung mass",
    "Mass of the lungs, by convention 1 kg.",
    unit="kg",
    hard=(0.3, 3),
    usual=(0.7, 1.2),
    step=0.01,
    digits=2,
    default=1.0,
)
lung_limit_gy = Variable(
    "lung_limit_gy",
    "lung dose limit",
    "Dose to the lungs that is not to be passed.",
    unit="Gy",
    hard=(1, 100),
    usual=(10, 50),
    step=1,
    digits=0,
)
tumour_kg = Variable(
    "tumour_kg",
    "tumour mass",
    "Mass of the tumour in the treated part.",
    unit="kg",
    hard=(0.001, 5),
    usual=(0.01, 1),
    step=0.001,
    digits=3,
    suspicions=(Suspicion(5, 5000, "mL or g"),),
)
normal_kg = Variable(
    "normal_kg",
    "normal liver mass",
    "Mass of the treated liver without the tumour.",
    unit="kg",
    hard=(0.01, 5),
    usual=(0.1, 2),
    step=0.01,
    digits=2,
    suspicions=(Suspicion(50, 5000, "mL or g"),),
)
tnr = Variable(
    "tnr",
    "tumour-to-normal ratio",
    "Activity per gram in the tumour over that in normal liver.",
    hard=(0.01, 100),
    usual=(0.5, 20),
    step=0.1,
    digits=1,
)
normal_limit_gy = Variable(
    "normal_limit_gy",
    "normal liver dose limit",
    "Dose to normal liver that is not to be passed.",
    unit="Gy",
    hard=(1, 500),
    usual=(10, 120),
    step=1,
    digits=0,
)
tumour_ml = Variable(
    "tumour_ml",
    "tumour volume",
    "Volume of the tumour.",
    unit="mL",
    hard=(0.1, 5000),
    usual=(1, 1500),
    step=1,
    digits=0,
)
liver_ml = Variable(
    "liver_ml",
    "liver volume",
    "Volume of the whole liver, tumour included.",
    unit="mL",
    hard=(200, 8000),
    usual=(800, 3000),
    step=1,
    digits=0,
)
flr_ml = Variable(
    "flr_ml",
    "future liver remnant",
    "Volume of the liver that stays after the resection.",
    unit="mL",
    hard=(20, 5000),
    usual=(150, 1500),
    step=1,
    digits=0,
)
sflr_percent = Variable(
    "sflr_percent",
    "standardised remnant",
    "Future liver remnant as a share of the liver expected for the body; worked out where it "
    "is not stated.",
    unit="%",
    hard=(0, 120),
    usual=(5, 80),
    step=0.1,
    digits=1,
    exact=False,
)
liver_background = Variable(
    "liver_background",
    "background liver",
    "Normal, after more than 3 months of chemotherapy, or fibrosis or cirrhosis.",
    kind="choice",
    choices=("normal", "chemo_gt_3_months", "cirrhosis"),
)
fractions = Variable(
    "fractions",
    "number of fractions",
    "How many times the dose is given.",
    kind="integer",
    hard=(1, 60),
    usual=(1, 40),
)
dose_per_fraction_gy = Variable(
    "dose_per_fraction_gy",
    "dose per fraction",
    "Dose given each time.",
    unit="Gy",
    hard=(0.1, 60),
    usual=(1, 20),
    step=0.1,
    digits=1,
)
alpha_beta_gy = Variable(
    "alpha_beta_gy",
    "alpha/beta",
    "Dose at which linear and quadratic damage are equal: about 10 for tumour, 2.5 to 3 for "
    "late damage.",
    unit="Gy",
    hard=(0.5, 30),
    usual=(1, 12),
    step=0.1,
    digits=1,
)
t_rep_h = Variable(
    "t_rep_h",
    "repair half-time",
    "Time in which half of the sublethal damage is repaired.",
    unit="h",
    hard=(0.1, 24),
    usual=(0.5, 5),
    step=0.1,
    digits=1,
)
t_eff_h = Variable(
    "t_eff_h",
    "effective half-life",
    "Half-life of the activity in the tissue; 64.1 h if nothing leaves.",
    unit="h",
    hard=(1, 200),
    usual=(20, 70),
    step=0.1,
    digits=1,
)
temp_c = Variable(
    "temp_c",
    "temperature",
    "Tissue temperature held for a time.",
    unit="°C",
    hard=(37, 150),
    usual=(39, 100),
    step=1,
    digits=0,
    suspicions=(Suspicion(300, 420, "kelvin"),),
)
minutes = Variable(
    "minutes",
    "minutes",
    "How long the temperature is held.",
    unit="min",
    hard=(0.0001, 1000),
    usual=(0.01, 60),
    step=0.01,
    digits=2,
)

bilirubin = Quantity("bilirubin", ((bilirubin_umol_l, 1), (bilirubin_mg_dl, 17.1)))
albumin = Quantity("albumin", ((albumin_g_l, 1), (albumin_g_dl, 10)))
creatinine = Quantity("creatinine", ((creatinine_mg_dl, 1), (creatinine_umol_l, 1 / 88.4)))
bilirubin_in_mg_dl = Quantity("bilirubin", ((bilirubin_mg_dl, 1), (bilirubin_umol_l, 1 / 17.1)))
albumin_in_g_dl = Quantity("albumin", ((albumin_g_dl, 1), (albumin_g_l, 0.1)))
nodule = Quantity("nodule", ((size_mm, 1), (nodule_cm, 10)))
QUANTITIES = (bilirubin, albumin, creatinine, nodule)

VARIABLES: Mapping[str, Variable] = {
    variable.name: variable
    for variable in list(globals().values())
    if isinstance(variable, Variable)
}
"""Every variable by name, in the order of the dictionary."""

TUMOUR_LIST = "tumour_diameters_cm"
"""The one input that holds a list: diameters in cm, ``"4.5;2.0"`` in a table cell."""


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


def did_you_mean(name: str, candidates: Iterable[str]) -> str:
    """End of an error about an unknown name: the nearest candidates, or all if none is near.

    Examples
    --------
    >>> did_you_mean("metacarbon", ["local", "metabolism"])
    'did you mean local or metabolism?'
    >>> did_you_mean("metabolic", ["local", "metabolism"])
    'did you mean metabolism?'
    """
    known = tuple(candidates)
    return f"did you mean {' or '.join(nearest(name, known) or known)}?"
