"""Which language a visitor reads: the one they chose, else what their browser asks for."""

from typing import Final

from wattloom.language.languages import DEFAULT_LANGUAGE, LANGUAGES

LANGUAGE_COOKIE: Final = "wattloom_language"
_MAX_HEADER = 1000


def choose_language(chosen: str | None, accepted: str | None) -> str:
    """Return the code of the language to answer in.

    Args:
        chosen: The value of the cookie :data:`LANGUAGE_COOKIE`, if there is one.
        accepted: The header ``Accept-Language``, if there is one.
    """
    if chosen in LANGUAGES:
        return chosen
    return next((code for code in _wanted(accepted or "") if code in LANGUAGES), DEFAULT_LANGUAGE)


def _wanted(accepted: str) -> list[str]:
    """Return the languages of a header without their regions, most wanted first; ``*`` stands for ours."""
    weighed = [_weighed(part) for part in accepted[:_MAX_HEADER].split(",")]
    wanted = [(weight, code) for code, weight in weighed if weight > 0]
    wanted.sort(key=lambda pair: -pair[0])  # stable: equals stay as they were sent
    return [DEFAULT_LANGUAGE if code == "*" else code for _weight, code in wanted]


def _weighed(part: str) -> tuple[str, float]:
    """Read for example ``de-AT;q=0.8``; what cannot be read counts as unwanted."""
    tag, _, parameters = part.partition(";")
    code = tag.strip().lower().partition("-")[0]
    name, _, value = parameters.partition("=")
    if not parameters.strip():
        return code, 1.0
    try:
        weight = float(value.strip())
    except ValueError:
        return code, 0.0
    return code, weight if name.strip().lower() == "q" and 0 <= weight <= 1 else 0.0
