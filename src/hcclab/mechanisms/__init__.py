"""Teaching models of how therapies act: one mechanism a file, pure functions of a parameter set.

Teaching models, not for clinical decisions. What was calibrated or chosen to teach is marked so in
every table of parameters (see `hcclab.mechanisms.parameters`).
"""
