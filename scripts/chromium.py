"""Install Chromium for the browser tests with the system's package manager, when it is missing."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BY_HAND = "The browser tests need Chromium. Install it with your package manager, so that `chromium` is on the PATH."


def main() -> None:
    """Install it with apt-get, or say what to do."""
    if any(map(shutil.which, NAMES)):
        return
    if not shutil.which("apt-get"):
        sys.exit(BY_HAND)
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if as_root and not shutil.which("sudo"):
        sys.exit(f"{BY_HAND} On Debian, as root: apt-get install chromium")
    print("Installing Chromium for the browser tests …", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium"]):
        done = subprocess.run([*as_root, "apt-get", *arguments], env=environment, stdout=sys.stderr, check=False)
        if done.returncode:
            sys.exit(BY_HAND)


if __name__ == "__main__":
    main()
