"""Exchange e-mail and password for a token."""

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field

from wattloom.api.documented_errors import refusal
from wattloom.api.v3_0.auth.schemas import TokenJson
from wattloom.errors import AuthenticationError, UnknownEmailError
from wattloom.http import JsonResponse, ServicesDep, log_in, make_router

router = make_router(tags=["Auth"])


class Credentials(BaseModel):
    """What people log in with."""

    model_config = ConfigDict(extra="forbid")

    email: str = Field(max_length=255, examples=["ada@example.com"])
    password: str = Field(max_length=256, repr=False)
    code: str = Field(
        default="",
        max_length=64,
        repr=False,
        description="The code that the authenticator app shows, or a recovery code; for users with an app only.",
    )


@router.post(
    "/requestAuthToken",
    summary="Request a token",
    response_model=TokenJson,
    responses=refusal(401, "login") | refusal(429),
)
def request_auth_token(request: Request, credentials: Credentials, services: ServicesDep) -> JsonResponse:
    """Return a token for the ``Authorization`` header.

    Tokens expire, and end with a new password or when the user is deactivated.
    A user with an authenticator app also sends a `code`.
    """
    try:
        user = log_in(request, services, email=credentials.email, password=credentials.password, code=credentials.code)
    except AuthenticationError as error:
        is_unknown = isinstance(error, UnknownEmailError)
        status = services.options.unknown_email_status if is_unknown else 401
        return JsonResponse({"errors": [error.message], "status": status}, status)
    answer: TokenJson = {"auth_token": services.tokens.issue(user), "user_id": user.id, "status": 200}
    return JsonResponse(answer)
