"""What a mail looks like on its way, and what cannot be smuggled into it."""

import pytest

from wattloom.errors import InputError
from wattloom.mail import ConsoleMailer, Message

SENDER = "Wattloom <wattloom@example.com>"


def make_message(*, to: str = "ada@example.com", subject: str = "Hello", text: str = "Hi.\n") -> Message:
    return Message(to, subject, text)


def test_mail_has_one_recipient_a_sender_with_a_name_and_says_that_a_program_wrote_it() -> None:
    mail = make_message().composed(SENDER)

    assert mail["To"] == "ada@example.com"
    assert mail["From"] == "Wattloom <wattloom@example.com>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"].endswith("@example.com>")


@pytest.mark.parametrize(
    "subject", ["Hi\r\nBcc: eve@example.com", "Hi\nBcc: eve@example.com", "Hi\x0bBcc: eve@example.com"]
)
def test_subject_becomes_one_line(subject: str) -> None:
    mail = make_message(subject=subject).composed(SENDER)

    assert mail["Subject"] == "Hi Bcc: eve@example.com"
    assert mail["Bcc"] is None


@pytest.mark.parametrize(
    "to",
    [
        "",
        "ada",
        "ada@",
        "ada@example.com\r\nBcc: eve@example.com",
        "ada@example.com, eve@example.com",
        "ada@example.com eve@example.com",
        "ada@example.com\x00",
    ],
)
def test_recipient_must_be_one_address(to: str) -> None:
    with pytest.raises(InputError, match="is not the address of a mailbox") as raised:
        make_message(to=to).composed(SENDER)

    assert raised.value.problems[0].path == ("to",)


def test_wrong_sender_names_the_setting() -> None:
    with pytest.raises(InputError) as raised:
        make_message().composed("nobody")

    assert raised.value.problems[0].path == ("mail_sender",)


def test_text_of_a_mail_is_in_no_repr() -> None:
    assert "secret link" not in repr(make_message(text="secret link"))


def test_without_a_mail_server_mails_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    ConsoleMailer(SENDER).send(make_message(text="open https://example.com/reset/abc\n"))

    printed = capsys.readouterr().err
    assert "To: ada@example.com" in printed
    assert "open https://example.com/reset/abc" in printed
