"""Nothing here is a test: `python -m tests.mutation` runs it."""

collect_ignore_glob = ["*.py"]
