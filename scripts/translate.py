"""Bring the catalogues of translations up to date with the code, and name what is left to translate.

``python -m scripts.translate`` takes new messages in and drops those that are
gone; then write the translations into ``src/wattloom/language/catalogues``.
"""

import sys

from scripts import catalogues


def main() -> int:
    """Update every catalogue; return how many messages lack a translation or have other placeholders."""
    wanted = catalogues.messages_of_code()
    left = 0
    for code in catalogues.languages():
        (catalogues.CATALOGUES / f"{code}.po").write_text(catalogues.updated(code, wanted), encoding="utf-8")
        catalogue = catalogues.read_catalogue(code)
        missing, unlike = catalogues.untranslated(catalogue), catalogues.unlike(catalogue)
        left += len(missing) + len(unlike)
        print(f"{code}: {len(catalogue)} messages, {len(missing)} not translated")
        for message in missing:
            print(f"  not translated: {message.id}")
        for message in unlike:
            print(f"  other placeholders: {message.id}")
    return min(left, 1)


if __name__ == "__main__":
    sys.exit(main())
