"""Locked packages from npm that tests use, installed once into the git-ignored ``.cache``."""

import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Mapping
from pathlib import Path

from scripts import build_frontend

CACHE = Path(__file__).resolve().parents[1] / ".cache"


def installed(name: str, files: Mapping[str, str]) -> Path:
    """Install the packages that these files lock, or find them again.

    Args:
        name: What the folder's name begins with.
        files: Texts by file name; ``package.json`` and ``package-lock.json`` among them.

    Returns:
        The folder with the files and ``node_modules``.
    """
    digest = hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()[:12]
    folder = CACHE / f"{name}-{digest}"
    if not folder.exists():
        # Under another name first: two test processes may do this at once, and either may be stopped half-way.
        unfinished = folder.with_name(f"unfinished-{uuid.uuid4().hex}")
        unfinished.mkdir(parents=True)
        for file, text in files.items():
            (unfinished / file).write_text(text, encoding="utf-8")
        _, npm = build_frontend.find_node()
        build_frontend.install_packages(unfinished, npm, dict(os.environ))
        try:
            unfinished.rename(folder)
        except OSError:
            shutil.rmtree(unfinished)
    return folder
