"""How much the audit logs keep of a change."""

from tests.factories import NOW
from wattloom.accounts import AuditEvent

SHORT, LONG = {"note": "x" * 19_000}, {"note": "x" * 20_000}


def kept(value: object) -> object:
    changes = [{"field": "attributes", "from": {}, "to": value}]
    event = AuditEvent("Updated Attr: note", "asset.updated", {"asset": 7, "changes": changes})
    return event.columns(None, NOW)["details"]


def test_changes_are_kept_whole() -> None:
    assert kept(SHORT) == {"asset": 7, "changes": [{"field": "attributes", "from": {}, "to": SHORT}]}


def test_of_long_changes_the_fields_are_kept() -> None:
    assert kept(LONG) == {"asset": 7, "changes": [{"field": "attributes"}]}
