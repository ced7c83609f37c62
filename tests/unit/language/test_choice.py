import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattloom.language import LANGUAGES, choose_language


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("nl", "nl"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("NL-be", "nl"),
        ("fr-FR, fr;q=0.9", "en"),
        ("fr, nl;q=0.3, de;q=0.7", "de"),
        ("en;q=0.5, nl;q=0.5", "en"),
        ("de;q=0, nl;q=0.1", "nl"),
        ("fr, *;q=0.5, nl;q=0.4", "en"),
        ("de;q=high, nl;q=0.2", "nl"),
        ("de;level=1, nl;q=2, en", "en"),
        ("", "en"),
        (None, "en"),
    ],
)
def test_browser_is_answered_in_the_language_that_it_wants_most(accepted: str | None, expected: str) -> None:
    assert choose_language(None, accepted) == expected


@pytest.mark.parametrize(("chosen", "expected"), [("nl", "nl"), ("en", "en"), ("fr", "de"), ("", "de"), (None, "de")])
def test_chosen_language_counts_more_than_the_browsers(chosen: str | None, expected: str) -> None:
    assert choose_language(chosen, "de") == expected


@given(st.none() | st.text(), st.text() | st.text(alphabet="nlde-*;q=.,0123 "))
def test_any_wish_leads_to_a_language(chosen: str | None, accepted: str) -> None:
    assert choose_language(chosen, accepted) in LANGUAGES
