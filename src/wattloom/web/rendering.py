"""Templates to HTML answers: escaping, texts ready for translation, numbers, file names."""

from collections.abc import Mapping
from gettext import NullTranslations
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from wattloom.web.bundle import Bundle
from wattloom.web.figures import money, quantity

_translations = NullTranslations()
_ = _translations.gettext


class Pages:
    """Renders the templates of this package."""

    def __init__(self, bundle: Bundle) -> None:
        """Prepare the templates; each is compiled when it is first used."""
        self._environment = Environment(
            loader=PackageLoader("wattloom.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
        )
        self._environment.install_gettext_translations(_translations, newstyle=True)  # type: ignore[attr-defined] # added by the extension
        self._environment.globals.update(asset=bundle.url, quantity=quantity, money=money)

    def html(self, template: str, *, context: Mapping[str, Any], status: int = 200) -> HTMLResponse:
        """Return a page that no cache keeps, since it shows what one user may see."""
        text = self._environment.get_template(template).render(context)
        return HTMLResponse(text, status_code=status, headers={"Cache-Control": "no-store"})
