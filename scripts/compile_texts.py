"""Compile the catalogues of translations: for Python as ``.mo``, for browsers as small scripts.

``python scripts/compile_texts.py FOLDER`` is a step of ``build_frontend.py``:
catalogues for Python go to ``language/dist``, scripts to the folder.
``texts-nl.js`` holds the texts of our scripts only, and a pair of them where
the text depends on a number. Needs Babel, and nothing of this package.
"""

import json
import sys
from pathlib import Path

from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGE = Path(__file__).resolve().parent.parent / "src" / "wattloom" / "language"


def main(scripts: Path, compiled: Path = LANGUAGE / "dist") -> None:
    """Write both forms of each catalogue.

    Args:
        scripts: Where scripts for browsers go.
        compiled: Where catalogues for Python go.
    """
    for folder in (compiled, scripts):
        folder.mkdir(exist_ok=True)
    for path in sorted((LANGUAGE / "catalogues").glob("*.po")):
        with path.open("rb") as file:
            catalogue = read_po(file, locale=path.stem)
        with (compiled / f"{path.stem}.mo").open("wb") as file:
            write_mo(file, _part(catalogue, of_scripts=False))
        texts = json.dumps(_texts(_part(catalogue, of_scripts=True)), ensure_ascii=False, separators=(",", ":"))
        (scripts / f"texts-{path.stem}.js").write_text(f"window.wattloomTexts={texts};\n", encoding="utf-8")


def _part(catalogue: Catalog, *, of_scripts: bool) -> Catalog:
    """Return the messages that are used by scripts, or by Python and templates."""
    part = Catalog(locale=catalogue.locale, charset="utf-8")
    for message in catalogue:
        if message.id and any(name.endswith(".js") == of_scripts for name, _line in message.locations):
            part.add(message.id, message.string)
    return part


def _texts(catalogue: Catalog) -> dict[str, str | list[str]]:
    texts: dict[str, str | list[str]] = {}
    for message in catalogue:
        if isinstance(message.id, str) and message.id and message.string:
            texts[message.id] = str(message.string)
        elif isinstance(message.id, tuple) and isinstance(message.string, tuple) and all(message.string):
            texts[message.id[0]] = list(message.string)
    return texts


if __name__ == "__main__":
    main(Path(sys.argv[1]))
