"""Write the links that open each lesson in the browser: `python tools/launch_links.py OWNER/REPO`.

On Binder, the image is built from the branch `binder`, and the lessons are pulled from the branch
`main` when it starts: an edited lesson is there at once, and no image is built anew. Move the
branch when the package or its lock changes: `git push origin main:binder`. For a JupyterHub of your
own, add `--hub https://its.address`.
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).parents[1]
COURSE = ROOT / "src/hcclab/data/course.csv"
BINDER = "https://mybinder.org"
ENVIRONMENT, CONTENT = "binder", "main"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("repository", nargs="?", default="OWNER/hcclab", metavar="OWNER/REPO")
    parser.add_argument("--hub", metavar="URL", help="a JupyterHub, in place of Binder")
    options = parser.parse_args()
    if options.repository.strip("/").count("/") != 1:
        parser.error(f"{options.repository} is not of the form OWNER/REPO")
    print(page(options.repository, options.hub), end="")
    return 0


def page(repository: str, hub: str | None = None) -> str:
    """A Markdown page with one link a lesson, for those lessons that exist."""
    with COURSE.open(encoding="utf-8", newline="") as rows:
        lessons = {
            row["lesson"]: row["title"]
            for row in csv.DictReader(rows)
            if (ROOT / f"notebooks/{row['lesson']}.ipynb").exists()
        }
    where, kept = f"[Binder]({BINDER})", "Binder keeps nothing: download what you want to keep."
    if hub:
        where, kept = hub, "Your work stays there; what is new arrives with each link."
    return "\n".join(
        [
            f"# Open a lesson on {where}",
            "",
            f"<!-- Written by `python tools/launch_links.py {repository}"
            f"{f' --hub {hub}' if hub else ''}`. -->",
            "",
            f"Starting takes a minute or two. {kept}",
            "",
            "| lesson | opens in JupyterLab |",
            "|---|---|",
            *(
                f"| {stem[:2]} {title} | [{stem}]({link(repository, stem, hub)}) |"
                for stem, title in lessons.items()
            ),
            "",
        ]
    )


def link(repository: str, stem: str, hub: str | None = None) -> str:
    """The address that pulls the lessons and opens one of them.

    >>> link("ann/hcclab", "03_albi", "https://hub.example")  # doctest: +ELLIPSIS
    'https://hub.example/hub/user-redirect/git-pull?repo=https%3A%2F%2Fgithub.com%2Fann%2Fhcclab&...'
    """
    pull = "git-pull?" + urlencode(
        {
            "repo": f"https://github.com/{repository}",
            "branch": CONTENT,
            "targetpath": "hcclab",
            "urlpath": f"lab/tree/hcclab/notebooks/{stem}.ipynb",
        }
    )
    if hub:
        return f"{hub.rstrip('/')}/hub/user-redirect/{pull}"
    return f"{BINDER}/v2/gh/{repository}/{ENVIRONMENT}?{urlencode({'urlpath': pull})}"


if __name__ == "__main__":
    sys.exit(main())
