"""What instructors run: keep lessons paired, check them, and check the machine."""

import sys

# jsonschema, which nbformat needs, takes over two seconds to build a grammar of international
# addresses, and no schema of a notebook asks for one. None makes that import fail, as it may.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
