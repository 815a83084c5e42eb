"""JupyterHub for a class on one machine; docs/teaching.md says how to use it.

The Littlest JupyterHub reads this file from `/opt/tljh/config/jupyterhub_config.d/`; by itself it
runs with `jupyterhub -f hub/jupyterhub_config.py`. `values.yaml` says the same for Kubernetes.
"""

import os
import sys

# The lessons that students get: a Git repository with the folder `notebooks`, and its branch.
LESSONS = os.environ.get("HCCLAB_LESSONS", "https://github.com/OWNER/hcclab")
BRANCH = os.environ.get("HCCLAB_BRANCH", "main")

# Runs as the student whenever the server starts. The pull brings what is new; a file that the
# student changed stays as it is, whole, because "* -merge" keeps Git from mixing two versions of a
# notebook. Without a network, the server starts with what is there. With `ulimit`, a cell that
# takes too much memory (2 GiB) ends in an error that the student can read. Kernels talk through
# files, not ports: forty of them would take the port of a server that is still starting.
START = """
ulimit -d 2097152
timeout 60 gitpuller "$0" "$1" "$HOME/hcclab" || echo "The lessons were not updated." >&2
echo "* -merge" > "$HOME/hcclab/.git/info/attributes"
shift
export JUPYTER_RUNTIME_DIR="$HOME/.jupyter/run"
exec jupyterhub-singleuser --KernelManager.transport=ipc "$@"
"""

c = get_config()  # noqa: F821

c.Spawner.cmd = ["sh", "-c", START, LESSONS, BRANCH]
c.Spawner.notebook_dir = "~"
c.Spawner.default_url = "/lab/tree/hcclab/notebooks/00_start_here.ipynb"
c.Spawner.mem_limit = "2G"  # all that one student runs; The Littlest JupyterHub enforces it

# Forty kernels share the processors; by themselves, each would start a thread for every one.
c.Spawner.environment = {"POLARS_MAX_THREADS": "2", "OPENBLAS_NUM_THREADS": "2"}

# All of a class start at the same minute, and the machine is busy then.
c.Spawner.start_timeout = 300
c.Spawner.http_timeout = 300
c.JupyterHub.concurrent_spawn_limit = 0

# A port of one's own, below those that the system hands out by chance, for the same reason. The
# spawner of The Littlest JupyterHub does not look at it and tries its luck.
FIRST_PORT = 20_000


def give_port(spawner):
    """Let a server listen where no other one does; each student has a number."""
    spawner.port = FIRST_PORT + spawner.user.id


c.Spawner.pre_spawn_hook = give_port

# A server that nobody used for an hour is stopped; its files stay.
IDLE = "hcclab-idle"
SCOPES = ["list:users", "read:users:activity", "read:servers", "delete:servers"]
CULLER = [sys.executable, "-m", "jupyterhub_idle_culler", "--timeout=3600"]
c.JupyterHub.services.append({"name": IDLE, "command": CULLER})
c.JupyterHub.load_roles.append({"name": IDLE, "services": [IDLE], "scopes": SCOPES})
