"""Failed logins can be traced; passwords cannot."""

from structlog.testing import capture_logs

from tests.api_client import ApiClient, make_services
from wattloom.db import Database


def test_failed_login_is_logged_with_its_address_and_email_on_one_line(database: Database) -> None:
    client = ApiClient(make_services(database))
    body = {"email": "ada@example.com\nlogin failed", "password": "a wrong guess"}

    with capture_logs() as events:
        client.post("/api/requestAuthToken", json=body)

    (failure,) = (event for event in events if event["event"] == "login failed")
    assert failure["email"] == "ada@example.com\\nlogin failed"
    assert failure["address"]
    assert "a wrong guess" not in str(events)
    client.close()
