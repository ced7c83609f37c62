import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

import pytest

from wattloom.language import current_language, gettext, ngettext, translatable, using


def test_texts_are_english_where_no_language_is_stated() -> None:
    assert gettext("Log in") == "Log in"
    assert ngettext("one", "many", 2) == "many"
    assert current_language().tag == "en-GB"


def test_language_holds_meanwhile_and_no_longer() -> None:
    with using("nl"):
        with using("de"):
            inner = gettext("Log in")
        outer = gettext("Log in")

    assert (inner, outer, gettext("Log in")) == ("Anmelden", "Inloggen", "Log in")


def test_unknown_text_stays_as_it_is() -> None:
    with using("nl"):
        assert gettext("said by nobody") == "said by nobody"
        assert translatable("Log in") == "Log in"


def test_empty_text_stays_empty() -> None:
    with using("nl"):
        assert gettext("") == ""


def test_values_are_filled_in_by_name() -> None:
    with using("de"):
        assert gettext("Plan of %(site)s", site="Hof 100 %") == "Plan von Hof 100 %"
        assert ngettext("%(num)d row", "%(num)d rows", 2, num=2) == "2 Zeilen"


def test_unknown_language_is_our_mistake() -> None:
    with pytest.raises(AssertionError), using("tlh"):
        pass


def test_each_task_has_its_own_language_and_its_threads_follow() -> None:
    async def greet(code: str) -> str:
        with using(code):
            await asyncio.sleep(0)
            return await asyncio.to_thread(gettext, "Log in")

    async def both() -> list[str]:
        return list(await asyncio.gather(greet("nl"), greet("de")))

    assert asyncio.run(both()) == ["Inloggen", "Anmelden"]
    with ThreadPoolExecutor() as pool, using("nl"):
        assert pool.submit(copy_context().run, gettext, "Log in").result() == "Inloggen"
