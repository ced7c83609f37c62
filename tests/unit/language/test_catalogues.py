"""Every text that people read is translated, and what browsers and Python get is what the catalogues hold."""

import json
from pathlib import Path
from typing import get_args

import pytest
from babel.messages import Catalog

from scripts import catalogues, compile_texts
from wattloom.api.v4.languages import AnswerLanguage
from wattloom.language import DEFAULT_LANGUAGE, LANGUAGES, gettext, using
from wattloom.web.bundle import Bundle

CODES = [code for code in LANGUAGES if code != DEFAULT_LANGUAGE]


@pytest.fixture(scope="module")
def wanted() -> Catalog:
    return catalogues.messages_of_code()


def test_each_language_has_a_catalogue() -> None:
    assert sorted(CODES) == catalogues.languages()
    assert get_args(get_args(AnswerLanguage)[0]) == tuple(LANGUAGES)


@pytest.mark.parametrize("code", CODES)
def test_catalogue_holds_the_messages_of_the_code(code: str, wanted: Catalog) -> None:
    text = (catalogues.CATALOGUES / f"{code}.po").read_text()

    assert text == catalogues.updated(code, wanted), "run: python -m scripts.translate"


@pytest.mark.parametrize("code", CODES)
def test_every_message_is_translated(code: str) -> None:
    assert [message.id for message in catalogues.untranslated(catalogues.read_catalogue(code))] == []


@pytest.mark.parametrize("code", CODES)
def test_translations_keep_the_places_of_values(code: str) -> None:
    assert [message.string for message in catalogues.unlike(catalogues.read_catalogue(code))] == []


def test_templates_double_percent_signs(wanted: Catalog) -> None:
    assert [message.id for message in catalogues.unfillable(wanted)] == []


def test_messages_are_found_in_python_templates_and_scripts(tmp_path: Path) -> None:
    for folder in ("web/templates", "web/static/dist"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "a.py").write_text(
        "from wattloom.language import gettext as _, ngettext\n"
        'x = _("In " "Python")\ny = ngettext("%(n)s day", "%(n)s days", 2)\n'
    )
    (tmp_path / "web/templates/b.html").write_text('{{ _("In %(place)s", place=1) }}<b title="{{ _(\'Again\') }}"></b>')
    (tmp_path / "web/static/c.js").write_text(
        'import { t, tn } from "./texts.js";\nclass A { #b = t("In a \\"script\\""); at("x") {}\n'
        'c() { return `<b>${tn("one", "many", 2)} ${c ? `${t("Nested", { n })}` : ""}</b>`; } }'
    )
    (tmp_path / "web/static/dist/d.js").write_text('t("Bundled")')

    found = {message.id: message.locations[0][0] for message in catalogues.messages_of_code(tmp_path) if message.id}

    assert found == {
        "In Python": "a.py",
        ("%(n)s day", "%(n)s days"): "a.py",
        "In %(place)s": "web/templates/b.html",
        "Again": "web/templates/b.html",
        'In a "script"': "web/static/c.js",
        "Nested": "web/static/c.js",
        ("one", "many"): "web/static/c.js",
    }


def test_single_percent_sign_in_a_template_is_found() -> None:
    catalogue = Catalog()
    catalogue.add("100 % of %(n)s", locations=[("a.html", 0)])
    catalogue.add("50 %% of %(n)s", locations=[("a.html", 0)])
    catalogue.add("20 %", locations=[("a.js", 0)])

    assert [message.id for message in catalogues.unfillable(catalogue)] == ["100 % of %(n)s"]


def test_text_of_a_script_is_written_as_one(tmp_path: Path) -> None:
    (tmp_path / "web/static").mkdir(parents=True)
    (tmp_path / "web/static/c.js").write_text('t("Two " + "parts")')

    with pytest.raises(ValueError, match="Two"):
        catalogues.messages_of_code(tmp_path)


def test_other_places_in_a_translation_are_found() -> None:
    catalogue = Catalog(locale="de")
    catalogue.add("%(n)s of %(all)s", "%(n)s von %(alle)s", locations=[("a.py", 0)])
    catalogue.add(("%(n)s day", "%(n)s days"), ("Ein Tag", "%(n)s Tage"), locations=[("a.py", 0)])
    catalogue.add("100 %", "100 %%", locations=[("a.py", 0)])
    catalogue.add("%(n)s of %(all)s left", "von %(all)s noch %(n)s", locations=[("a.py", 0)])

    assert [message.string for message in catalogues.unlike(catalogue)] == [
        "%(n)s von %(alle)s",
        ("Ein Tag", "%(n)s Tage"),
        "100 %%",
    ]


@pytest.mark.parametrize("code", CODES)
def test_browsers_get_the_texts_of_scripts_only(code: str, tmp_path: Path) -> None:
    compile_texts.main(tmp_path, tmp_path / "compiled")

    text = (tmp_path / f"texts-{code}.js").read_text()
    texts = json.loads(text.removeprefix("window.wattloomTexts=").removesuffix(";\n"))
    with using(code):
        of_pages = gettext("Forgotten password?")

    assert "Forgotten password?" not in texts
    assert of_pages != "Forgotten password?"
    assert "Something went wrong." in texts
    assert Bundle.load().url(f"texts-{code}.js").endswith(".js")
