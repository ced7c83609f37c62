"""The plans that accounts can have; people who may give one to an account choose from these."""

from typing_extensions import TypedDict

from wattloom.accounts import Action, Kind, Plan, Resource, list_plans, policy
from wattloom.api.documented_errors import refusal
from wattloom.http import CurrentUser, JsonResponse, ReadConnection, make_router

router = make_router(prefix="/v4/plans", tags=["Accounts"])


class PlanJson(TypedDict):
    """What the accounts with a plan may use; null means that the server's settings hold, or no limit."""

    id: int
    name: str
    default_rate_limit: str | None
    trigger_rate_limit: str | None
    rate_limit_key: str | None
    max_users: int | None
    max_assets: int | None
    max_clients: int | None
    legacy: bool


class PlansJson(TypedDict):
    """All plans."""

    plans: list[PlanJson]


@router.get("", summary="List the plans of accounts", response_model=PlansJson, responses=refusal(403))
def index(connection: ReadConnection, user: CurrentUser) -> JsonResponse:
    """List what accounts can be given, for admins; retired plans are marked ``legacy`` and given to no more accounts."""
    policy.check(user, Action.READ, Resource(Kind.PLATFORM))
    plans: PlansJson = {"plans": [_plan_json(plan) for plan in list_plans(connection)]}
    return JsonResponse(plans)


def _plan_json(plan: Plan) -> PlanJson:
    terms = plan.terms
    return {
        "id": plan.id,
        "name": terms.name,
        "default_rate_limit": terms.default_rate_limit,
        "trigger_rate_limit": terms.trigger_rate_limit,
        "rate_limit_key": terms.rate_limit_key,
        "max_users": terms.max_users,
        "max_assets": terms.max_assets,
        "max_clients": terms.max_clients,
        "legacy": terms.is_legacy,
    }
