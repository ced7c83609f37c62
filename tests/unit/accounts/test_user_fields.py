"""What the e-mail and the name of a user may be."""

import pytest

from wattloom.accounts.user_fields import checked_email, checked_username
from wattloom.errors import InputError
from wattloom.mail import Message


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        (" Ada@Example.COM ", "ada@example.com"),
        ("ada+home@example.com", "ada+home@example.com"),
        ("o'hara@sub.example.co.uk", "o'hara@sub.example.co.uk"),
        ("toy@localhost", "toy@localhost"),
        ("jurgen@xn--bcher-kva.example", "jurgen@xn--bcher-kva.example"),
    ],
)
def test_emails_are_stored_in_one_spelling_and_can_be_mailed_to(written: str, stored: str) -> None:
    assert checked_email(written) == stored
    assert Message(stored, "Hello", "").composed("wattloom@example.com")["To"] == stored


@pytest.mark.parametrize(
    "written",
    [
        "", "ada", "@example.com", "ada@", "ada@@example.com", "ada@.example", "ada@example..com", "ada@example.com.",
        "a b@example.com", "ada@exam ple.com", "ada@example.com,bob@example.com", "ada@example.com;bob@example.com",
        "Ada <ada@example.com>", '"ada"@example.com', "ada@example.com\nBcc: bob@example.com", "ada\x00@example.com",
        "ada\u200b@example.com", "jürgen@example.com", "ada@bücher.example", ".ada@example.com", "a..b@example.com",
        "ada\u202e@example.com", "a" * 250 + "@x.example",
    ],
)  # fmt: skip
def test_what_is_no_email_or_more_than_one_is_refused(written: str) -> None:
    with pytest.raises(InputError) as caught:
        checked_email(written)

    assert caught.value.problems[0].path == ("email",)


@pytest.mark.parametrize("written", ["", "  ", "x" * 256, "two\nlines", "nul\x00", "turned\u202earound"])
def test_names_that_cannot_be_shown_are_refused(written: str) -> None:
    with pytest.raises(InputError) as caught:
        checked_username(written)

    assert caught.value.problems[0].path == ("username",)


def test_names_may_have_blanks_and_any_letters() -> None:
    assert checked_username(" Åda van Õst ") == "Åda van Õst"
