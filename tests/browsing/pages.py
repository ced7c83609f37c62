"""Every page there is: what tests look at, pictures are made of, and measurements load."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from tests.browsing.demo_site import DemoSite, Who


@dataclass(frozen=True)
class ListedPage:
    """A page, and somebody who may see it.

    Attributes:
        name: Short, with hyphens; names its pictures and tests.
        path: Address below the server's; ``{site}`` and other attributes of :class:`~tests.browsing.demo_site.Places`
            stand for what it is about.
        login: Who looks at it; None is nobody.
        route: The web app's route, where it is not ``path`` with ``{id}`` for each of those names; ``-`` for none.
        status: What it answers.
    """

    name: str
    path: str
    login: Who | None = Who.OWNER
    route: str = ""
    status: int = 200

    def __str__(self) -> str:
        return self.name

    def path_on(self, demo: DemoSite) -> str:
        """Return the address on this server."""
        return self.path.format(**asdict(demo.places)) if "{" in self.path else self.path


# To add a page: one line, with the name of its pictures, its address, and who looks at it when not the owner.
# An address with something else in its route than one of the places, or with a query, names the route too.
PAGES = (
    ListedPage("login", "/login", None),
    ListedPage("logout", "/logout"),
    ListedPage("reset", "/reset", None),
    ListedPage("reset-spent", "/reset/spent", None, route="/reset/{token}", status=400),
    ListedPage("two-factor-setup", "/tf-setup"),
    ListedPage("two-factor-rescue", "/tf-rescue", None),
    ListedPage("front-page", "/assets/{site}/overview"),
    ListedPage("dashboard", "/dashboard"),
    ListedPage("assets", "/assets"),
    ListedPage("assets-of-account", "/assets/owned_by/{account}"),
    ListedPage("no-assets", "/assets", Who.STRANGER, route="-"),
    ListedPage("new-asset", "/assets/new"),
    ListedPage("copy-asset", "/assets/new?tab=copy", route="/assets/new"),
    ListedPage("structure", "/assets/{site}/context"),
    ListedPage("structure-of-device", "/assets/{device}/context"),
    ListedPage("properties", "/assets/{device}/properties"),
    ListedPage("flex-context", "/assets/{device}/properties/flex-context"),
    ListedPage("flex-model", "/assets/{device}/properties/flex-model"),
    ListedPage("shown-graphs", "/assets/{site}/properties/shown-graphs"),
    ListedPage("key-figures", "/assets/{site}/properties/key-figures"),
    ListedPage("new-sensor", "/assets/{device}/sensors/new"),
    ListedPage("status", "/assets/{site}/status"),
    ListedPage("asset-log", "/assets/{site}/auditlog"),
    ListedPage("delete-asset", "/assets/delete_with_data/{device}"),
    ListedPage("graphs", "/assets/{site}/graphs"),
    ListedPage("dashboard-without-site", "/dashboard", Who.STRANGER),
    ListedPage("sensor", "/sensors/{sensor}"),
    ListedPage("users", "/users", Who.ADMIN),
    ListedPage("user", "/users/{user}"),
    ListedPage("user-of-others", "/users/{user}", Who.ADMIN),
    ListedPage("user-log", "/users/auditlog/{user}"),
    ListedPage("user-password", "/users/reset_password_for/{user}", Who.ADMIN),
    ListedPage("accounts", "/accounts", Who.ADMIN),
    ListedPage("new-account", "/accounts/new", Who.ADMIN),
    ListedPage("account", "/accounts/{account}"),
    ListedPage("account-of-others", "/accounts/{account}", Who.ADMIN),
    ListedPage("account-log", "/accounts/auditlog/{account}"),
    ListedPage("own-account", "/logged-in-user"),
    ListedPage("tasks", "/tasks", Who.ADMIN),
    ListedPage("job", "/tasks/0/view/job/{job}", Who.ADMIN, route="/tasks/0/view/job/{uuid}"),
    ListedPage("job-of-owner", "/tasks/0/view/job/{job}", route="/tasks/0/view/job/{uuid}"),
    ListedPage("setup-site", "/setup/site"),
    ListedPage("setup-devices", "/setup/{site}/devices"),
    ListedPage("setup-prices", "/setup/{site}/prices"),
    ListedPage("setup-plan", "/setup/{site}/plan"),
    ListedPage("guide", "/guide"),
    ListedPage("api-docs", "/api/v3_0/docs", None),
    ListedPage("not-found", "/nothing-here", route="-", status=404),
    ListedPage("forbidden", "/assets/{site}/overview", Who.STRANGER, route="-", status=403),
)

NOT_LISTED = frozenset(
    {
        "/",
        "/assets/{id}",
        "/assets/{id}/context/branch",
        "/assets/{id}/status/jobs/{job_id}",
        "/ui/static/{name}",
        "/ui/branding.css",
        "/favicon.ico",
        "/manifest.webmanifest",
        "/service-worker.js",
        "/tf-validate",
        "/tasks/{rest:path}",
        "/setup",
        "/setup/account",
        "/assets/{id}/overview/cards",
        "/assets/{id}/overview/run",
    }
)
"""Routes that answer with something else than a page, or with one that is only seen within a login."""


def routes_listed() -> Iterator[str]:
    """Yield the route of each page in the table."""
    places = ("site", "device", "sensor", "user", "account", "job")
    for page in PAGES:
        yield page.route or page.path.format(**dict.fromkeys(places, "{id}"))
