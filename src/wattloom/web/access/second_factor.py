"""Set up an authenticator app, see its recovery codes once, and switch it off."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import segno
from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from wattloom.accounts import (
    Action,
    Kind,
    Resource,
    User,
    app_uri,
    count_recovery_codes,
    get_user,
    policy,
    remove_authenticator,
    renew_recovery_codes,
    secret_of,
    set_up_authenticator,
)
from wattloom.errors import AuthenticationError, ConflictError, TooManyRequestsError, WattloomError
from wattloom.http import (
    CurrentUser,
    Services,
    ServicesDep,
    check_code,
    check_password,
    mail_what_happened,
    make_router,
    start_session,
)
from wattloom.http import csrf_token as session_token
from wattloom.language import gettext as _
from wattloom.language import translatable
from wattloom.web.form import CsrfToken, Form, form_status
from wattloom.web.refusals import refusal_text
from wattloom.web.rendering import Pages

_SWITCHED_ON = translatable(
    "Two-factor login was switched on: an authenticator app's code is asked for beside your password."
)
_SWITCHED_OFF = translatable("Two-factor login was switched off: your password alone is enough to log in.")
_RENEWED = translatable("Your recovery codes were replaced by new ones.")
_SHOWN_GROUP = 4


_Answer: TypeAlias = Callable[[Request, Services, User, Mapping[str, str]], Response]


def second_factor_routes(pages: Pages) -> APIRouter:
    """Return the routes of ``/tf-setup``: each step takes a password or a code."""
    router = make_router()
    setup = _Setup(pages)

    @router.get("/tf-setup")
    def show_setup(request: Request, services: ServicesDep, user: CurrentUser) -> Response:
        return setup.overview(request, services, user)

    def step(path: str, answer: _Answer) -> None:
        @router.post(path)
        def submit(
            request: Request, services: ServicesDep, user: CurrentUser, sent: Form, csrf_token: CsrfToken
        ) -> Response:
            del csrf_token  # the route has looked at it
            # API keys of narrow scope may not change what is their user's own.
            policy.check(user, Action.UPDATE, Resource(Kind.USER, user.account_id, user_id=user.id))
            try:
                return answer(request, services, user, sent)
            except (AuthenticationError, TooManyRequestsError, ConflictError) as error:
                return setup.overview(request, services, user, refusal=error)

    step("/tf-setup", setup.begin)
    step("/tf-setup/confirm", setup.confirm)
    step("/tf-setup/recovery-codes", setup.replace_codes)
    step("/tf-setup/off", setup.switch_off)
    return router


class _Setup:
    """What the steps answer; errors lead back to the overview."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def overview(
        self,
        request: Request,
        services: Services,
        user: User,
        *,
        refusal: WattloomError | None = None,
        notice: str = "",
    ) -> Response:
        """Show whether an app is set up, with the form for what comes next."""
        with services.database.read() as connection:
            is_on = get_user(connection, user.id).has_authenticator
            n_codes = count_recovery_codes(connection, user)
        context = {"is_on": is_on, "n_codes": n_codes, "email": user.email, "notice": notice}
        return self._page(request, services, "access/tf_setup.html", context, refusal)

    def begin(self, request: Request, services: Services, user: User, sent: Mapping[str, str]) -> Response:
        """Show the secret to who knows the password."""
        try:
            check_password(request, services, email=user.email, password=sent.get("password", ""))
        except AuthenticationError as error:
            raise AuthenticationError(_("The password is wrong.")) from error
        return self._scan(request, services, user, setup=services.authenticator_setups.issue(user))

    def confirm(self, request: Request, services: Services, user: User, sent: Mapping[str, str]) -> Response:
        """Switch it on for who can show that the app works."""
        setup = sent.get("setup", "")
        # Its password was right some minutes ago, and nothing about its login changed since.
        if not services.authenticator_setups.is_of(setup, user):
            raise ConflictError(_too_late())
        secret, code = _secret(services, setup), sent.get("code", "")
        try:
            with services.database.write() as connection:
                user, codes = set_up_authenticator(connection, user, secret=secret, code=code, now=services.clock())
                mail_what_happened(connection, services, user, _(_SWITCHED_ON))
        except AuthenticationError as error:
            return self._scan(request, services, user, setup=setup, refusal=error)
        done = self._pages.html("access/tf_codes.html", context={"codes": codes, "is_new": True})
        start_session(done, services, user)
        return done

    def replace_codes(self, request: Request, services: Services, user: User, sent: Mapping[str, str]) -> Response:
        """Show new recovery codes to who has the app or an old one."""
        check_code(request, services, user, sent.get("code", ""))
        with services.database.write() as connection:
            codes = renew_recovery_codes(connection, user, now=services.clock())
            mail_what_happened(connection, services, user, _(_RENEWED))
        return self._pages.html("access/tf_codes.html", context={"codes": codes, "is_new": False})

    def switch_off(self, request: Request, services: Services, user: User, sent: Mapping[str, str]) -> Response:
        """Switch it off for who has the app or a recovery code."""
        check_code(request, services, user, sent.get("code", ""))
        with services.database.write() as connection:
            remove_authenticator(connection, user, by=user, now=services.clock())
            mail_what_happened(connection, services, user, _(_SWITCHED_OFF))
        return self.overview(request, services, user, notice=_("Two-factor login is switched off."))

    def _scan(
        self, request: Request, services: Services, user: User, *, setup: str, refusal: WattloomError | None = None
    ) -> Response:
        secret = _secret(services, setup)
        uri = app_uri(secret, user)
        groups = [secret[start : start + _SHOWN_GROUP] for start in range(0, len(secret), _SHOWN_GROUP)]
        context = {"qr_code": _qr_code(uri), "uri": uri, "secret": " ".join(groups), "setup": setup}
        return self._page(request, services, "access/tf_scan.html", context, refusal)

    def _page(
        self,
        request: Request,
        services: Services,
        template: str,
        context: Mapping[str, Any],
        refusal: WattloomError | None,
    ) -> Response:
        problem = refusal_text(refusal) if refusal is not None else ""
        own = {"csrf_token": session_token(request, services), "problem": problem}
        return self._pages.html(template, status=form_status(refusal), context={**context, **own})


def _qr_code(text: str) -> Markup:
    # Presentation attributes only: the security policy of the pages forbids inline styles.
    drawn = segno.make(text, micro=False).svg_inline(
        border=2, dark="#000", light="#fff", omitsize=True, svgclass=None, lineclass=None
    )
    return Markup(drawn)  # noqa: S704 - shapes made of numbers, no text of anybody


def _secret(services: Services, setup: str) -> str:
    """Return the secret that belongs to a setup: derived from it with the server's key, so that none is kept."""
    return secret_of(services.authenticator_setups.digest(setup))


def _too_late() -> str:
    return _("That took too long, or the app was set up meanwhile. Begin again.")
