"""No test reads or writes the record of the person who runs it."""

import os

os.environ["HCCLAB_PROGRESS"] = "off"
