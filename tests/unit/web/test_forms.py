"""What the forms of pages do before a script takes them over."""

import re
from pathlib import Path

import wattloom.web

_FORM = re.compile(r"<form\b([^>]*)>")


def test_forms_of_scripts_are_sent_nowhere_without_them() -> None:
    """Browsers would send a form without a method as part of an address, passwords and all."""
    templates = Path(wattloom.web.__file__).with_name("templates")
    forms = [(path.name, form) for path in templates.rglob("*.html") for form in _FORM.findall(path.read_text())]

    odd = [(name, form) for name, form in forms if not re.search(r'\bmethod="(dialog|post|get)"', form)]
    # What is searched for or chosen may stand in an address.
    got = [(name, form) for name, form in forms if 'method="get"' in form and 'class="search"' not in form]

    assert forms
    assert (odd, got) == ([], [])
