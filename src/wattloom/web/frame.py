"""What stands around the pages of somebody who is logged in: the menu, and what their scripts need."""

from dataclasses import dataclass

from wattloom.accounts import Account, User, get_account
from wattloom.events import position_now
from wattloom.http import PageVisit, csrf_token
from wattloom.language import gettext as _
from wattloom.web.branding import brand_of, branding_url, logo_path


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A place that every page leads to.

    Attributes:
        title: What it is called.
        url: Where it is.
        icon: Its picture in ``icons.html``.
        is_current: Whether the page is there, or below.
    """

    title: str
    url: str
    icon: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """The same on every page of a user.

    Attributes:
        account: The user's.
        menu: Where to go, as the user's roles allow.
        branding_url: The style sheet of its colours, or of its consultancy's; empty where neither has any.
        logo: Where its logo is on this server; empty for the product's.
        csrf_token: What requests that change something carry.
        position: How far the page knows of changes; its live events begin there.
    """

    account: Account
    branding_url: str
    logo: str
    menu: tuple[MenuEntry, ...]
    csrf_token: str
    position: str


def frame_of(visit: PageVisit) -> Frame:
    """Return what stands around a page."""
    brand = brand_of(visit)
    return Frame(
        account=get_account(visit.connection, visit.user.account_id),
        branding_url=branding_url(brand),
        logo=logo_path(brand, visit.request.url.netloc),
        menu=tuple(_menu(visit.user, visit.request.url.path)),
        csrf_token=csrf_token(visit.request, visit.services),
        # The transaction sees one moment: what the page shows, and this, are of the same.
        position=str(position_now(visit.connection)),
    )


def _menu(user: User, path: str) -> list[MenuEntry]:
    places = [
        (_("Sites"), "/dashboard", "home", True),
        (_("Assets"), "/assets", "tree", True),
        (_("Accounts"), "/accounts", "building", user.has_several_accounts),
        (_("Account"), f"/accounts/{user.account_id}", "building", not user.has_several_accounts),
        (_("Users"), "/users", "people", True),
        (_("Tasks"), "/tasks", "tasks", user.reads_everything),
    ]
    return [
        MenuEntry(title, url, icon, is_current=path == url or path.startswith(f"{url}/"))
        for title, url, icon, is_shown in places
        if is_shown
    ]
