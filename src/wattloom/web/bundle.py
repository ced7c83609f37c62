"""The bundled front end: which file stands for which name, and how it is sent.

The bundle is made when the package is built (docs/decisions/0007-front-end-build.md).
Its file names carry the hash of their content, so browsers may keep them for good.
"""

import json
import mimetypes
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, RedirectResponse

from wattloom.errors import InternalError, NotFoundError

DIST: Final = Path(__file__).parent / "static" / "dist"
STATIC_PATH: Final = "/ui/static"
_FOREVER = "public, max-age=31536000, immutable"
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Bundle:
    """The files that pages refer to by their plain names.

    Attributes:
        folder: Where they lie, each with a ``.gz`` beside it.
        file_names: Plain name to the name that carries the hash.
    """

    folder: Path
    file_names: dict[str, str]

    @classmethod
    def load(cls, folder: Path = DIST) -> "Bundle":
        """Read the manifest.

        Raises:
            InternalError: The front end was never built.
        """
        try:
            manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise InternalError("The front end is not built: run 'python scripts/build_frontend.py'.") from error
        return cls(folder, {name: file["path"] for name, file in manifest["files"].items()})

    def url(self, name: str) -> str:
        """Return where browsers find a file, for example ``wattloom.css``."""
        return f"{STATIC_PATH}/{self.file_names[name]}"

    def routes(self) -> APIRouter:
        """Return the routes that send the files, compressed if the browser takes it."""
        router = APIRouter()
        known = frozenset(self.file_names.values())

        @router.get(STATIC_PATH + "/{name}", include_in_schema=False)
        def static_file(name: str, request: Request) -> Response:
            # A front end that is built anew under a running server takes the old files away.
            if name not in known or not (self.folder / name).exists():
                raise NotFoundError("file", name)
            suffix = Path(name).suffix
            media_type = _TYPES.get(suffix) or mimetypes.types_map.get(suffix, "application/octet-stream")
            headers = {"Cache-Control": _FOREVER, "Vary": "Accept-Encoding"}
            if "gzip" in request.headers.get("accept-encoding", ""):
                headers["Content-Encoding"] = "gzip"
                return FileResponse(self.folder / f"{name}.gz", media_type=media_type, headers=headers)
            return FileResponse(self.folder / name, media_type=media_type, headers=headers)

        @router.get("/favicon.ico", include_in_schema=False)
        def favicon() -> Response:
            return RedirectResponse(self.url("icon.svg"), status_code=302)

        return router
