"""Mails reach a mail server, or an error says why not and whether to try again."""

import socket
from typing import Any

import pytest

from tests.mails import mail_server
from wattloom.errors import InputError, UnavailableError
from wattloom.mail import Message, SmtpMailer

MAIL = Message("ada@example.com", "Grüße", "Der Speicher ist voll – schön!\n.\nEnde\n")


def mailer(port: int, **replaced: Any) -> SmtpMailer:
    settings: dict[str, Any] = {"security": "none", "username": "", "password": "", "timeout_s": 5}
    return SmtpMailer(host="127.0.0.1", port=port, sender="wattloom@example.com", **(settings | replaced))


def test_mail_arrives_as_it_was_written() -> None:
    with mail_server() as server:
        mailer(server.port).send(MAIL)

    (mail,) = server.mails
    assert (mail["To"], mail["From"], mail["Subject"]) == ("ada@example.com", "wattloom@example.com", "Grüße")
    assert mail.get_content().replace("\r\n", "\n") == MAIL.text


def test_login_is_sent_if_there_is_one() -> None:
    with mail_server() as server:
        mailer(server.port, username="wattloom", password="geheim").send(MAIL)

    assert server.logins == [("wattloom", "geheim")]


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA", "END"])
def test_what_is_refused_for_good_is_not_tried_again(command: str) -> None:
    with mail_server(**{command: "550 Not here"}) as server, pytest.raises(InputError, match="550 Not here"):
        mailer(server.port).send(MAIL)


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA", "END"])
def test_what_is_refused_for_now_is_tried_again(command: str) -> None:
    with mail_server(**{command: "450 Busy"}) as server, pytest.raises(UnavailableError, match="450 Busy"):
        mailer(server.port).send(MAIL)


def test_wrong_password_is_tried_again_and_not_told() -> None:
    with (
        mail_server(AUTH="535 wattloom geheim is wrong") as server,
        pytest.raises(UnavailableError, match=r"refused the user name or password \(535\)") as raised,
    ):
        mailer(server.port, username="wattloom", password="geheim").send(MAIL)

    assert "geheim" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_server_without_encryption_gets_neither_login_nor_mail() -> None:
    with mail_server() as server, pytest.raises(InputError, match="STARTTLS"):
        mailer(server.port, security="starttls", username="wattloom", password="geheim").send(MAIL)

    assert not {"AUTH", "MAIL", "DATA"} & set(server.commands)


def test_encryption_from_the_first_byte_is_not_given_up() -> None:
    with mail_server() as server, pytest.raises(UnavailableError, match="cannot be used"):
        mailer(server.port, security="tls").send(MAIL)

    assert server.mails == []


def test_server_that_nobody_runs_is_named() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

        with pytest.raises(UnavailableError, match=f"The mail server 127.0.0.1:{port} cannot be used"):
            mailer(port).send(MAIL)


def test_server_that_says_nothing_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(UnavailableError, match="timed out"):
        mailer(silent.getsockname()[1], timeout_s=0.1).send(MAIL)
