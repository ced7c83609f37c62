"""Templates to HTML answers: escaping, texts in the reader's language, numbers, file names."""

from collections.abc import Mapping
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from wattloom.http import PageVisit
from wattloom.language import LANGUAGES, current_language, gettext, ngettext
from wattloom.web.asset_types import type_icon, type_name
from wattloom.web.bundle import Bundle
from wattloom.web.figures import decimal, money, price, quantity, unit_label
from wattloom.web.frame import frame_of
from wattloom.web.times import ago, moment, span


class Pages:
    """Renders the templates of this package.

    Attributes:
        bundle: The files that pages name.
    """

    def __init__(self, bundle: Bundle) -> None:
        """Prepare the templates; each is compiled when it is first used."""
        self.bundle = bundle
        self._environment = Environment(
            loader=PackageLoader("wattloom.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
        )
        self._environment.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined] # added by the extension
        self._environment.globals.update(
            static_url=bundle.url,
            language=current_language,
            languages=tuple(LANGUAGES.values()),
            quantity=quantity,
            money=money,
            price=price,
            decimal=decimal,
            unit_label=unit_label,
            ago=ago,
            moment=moment,
            span=span,
            type_name=type_name,
            type_icon=type_icon,
        )

    def show(
        self, template: str, visit: PageVisit, context: Mapping[str, Any] | None = None, *, status: int = 200
    ) -> HTMLResponse:
        """Return a page of somebody who is logged in; ``frame`` and ``user`` stand in its context, too.

        Args:
            template: Its name; extends ``frame.html``.
            visit: Who looks.
            context: What the template shows.
            status: The HTTP status.
        """
        framed = {"frame": frame_of(visit), "user": visit.user, **(context or {})}
        return self.html(template, context=framed, status=status)

    def html(self, template: str, *, context: Mapping[str, Any], status: int = 200) -> HTMLResponse:
        """Return a page that no cache keeps, since it shows what one user may see."""
        text = self._environment.get_template(template).render(context)
        return HTMLResponse(text, status_code=status, headers={"Cache-Control": "no-store", "Vary": "Cookie"})
