import pytest

from wattloom.web.security import CONTENT_SECURITY_POLICY, safe_next


@pytest.mark.parametrize("path", ["/", "/dashboard", "/dashboard?site=1&range=week"])
def test_login_may_lead_to_paths_of_this_server(path: str) -> None:
    assert safe_next(path) == path


@pytest.mark.parametrize(
    "path", ["", "dashboard", "//evil.example", "/\\evil.example", "https://evil.example", "/\n/evil.example"]
)
def test_login_leads_nowhere_else(path: str) -> None:
    assert safe_next(path) == "/"


def test_policy_allows_nothing_foreign_and_nothing_inline() -> None:
    assert CONTENT_SECURITY_POLICY.startswith("default-src 'self';")
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert ":" not in CONTENT_SECURITY_POLICY
