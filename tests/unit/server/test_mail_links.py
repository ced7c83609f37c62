"""Operators hear when the links in mails lead to their own computer."""

import pytest
from structlog.testing import capture_logs

from wattloom.config import Settings
from wattloom.server.send_mail import warn_of_links


def test_links_of_a_server_without_public_url_are_warned_of() -> None:
    with capture_logs() as logs:
        warn_of_links(Settings(mail_server="mail.example.com"))

    assert [(line["log_level"], line["links"]) for line in logs] == [("warning", "http://localhost:5000")]


@pytest.mark.parametrize(
    "settings",
    [Settings(), Settings(mail_server="mail.example.com", public_url="https://wattloom.example.com")],
    ids=["mails are printed", "both are set"],
)
def test_other_servers_are_not_warned(settings: Settings) -> None:
    with capture_logs() as logs:
        warn_of_links(settings)

    assert logs == []
