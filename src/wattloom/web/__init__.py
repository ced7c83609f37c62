"""The pages that people look at, and the front end that is bundled with them.

:func:`create_pages` returns them as one ASGI app. Templates stand in
``templates/``, our modules and style sheet in ``static/``; pages take nothing
from a foreign host and hold no inline script or style.
"""

from wattloom.web.app import create_pages
from wattloom.web.guide.api_docs import DOCS_PATH, DOCUMENT_PATH
from wattloom.web.setup.first_user import first_user_url

__all__ = ["DOCS_PATH", "DOCUMENT_PATH", "create_pages", "first_user_url"]
