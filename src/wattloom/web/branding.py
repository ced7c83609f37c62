"""The colours of an account on its pages: the top bar and the accent, made readable where they are not.

FlexMeasures's accounts have a primary colour, for the bar on top, and a
secondary one, for what stands out. Ours become the tokens ``--brand-bar``,
``--brand-text`` and ``--accent`` of the style sheet. A colour that would be
hard to read in a theme is moved towards black or white until it is not.
"""

import hashlib
from typing import Final, TypeAlias
from urllib.parse import urlsplit

from wattloom.accounts import Account, get_account
from wattloom.http import PageVisit

BRANDING_PATH: Final = "/ui/branding.css"
READABLE: Final = 4.5
SURFACES: Final = ((0xFF, 0xFF, 0xFF), (0x1E, 0x26, 0x2F))
"""What accents are read on, in the light and in the dark, where it is hardest."""
_BLACK, _WHITE = (0, 0, 0), (255, 255, 255)
_STEPS = 40

Colour: TypeAlias = tuple[int, int, int]


def brand_of(visit: PageVisit) -> Account:
    """Return the account whose colours and logo somebody sees: the own one, or its consultancy where it has neither."""
    own = get_account(visit.connection, visit.user.account_id)
    if _has_colours(own) or own.logo_url or own.consultancy_account_id is None:
        return own
    return get_account(visit.connection, own.consultancy_account_id)


def branding_url(brand: Account) -> str:
    """Return where the style sheet of a brand is, another one for each change; empty without colours."""
    if not _has_colours(brand):
        return ""
    colours = f"{brand.primary_color}|{brand.secondary_color}"
    return f"{BRANDING_PATH}?v={hashlib.sha256(colours.encode()).hexdigest()[:8]}"


def logo_path(brand: Account, host: str) -> str:
    """Return where the logo of a brand is on this server; empty for none, and for those of other hosts."""
    parts = urlsplit(brand.logo_url or "")
    return parts.path if parts.netloc == host and parts.scheme in {"http", "https"} else ""


def stylesheet(account: Account) -> str:
    """Return the tokens that an account's colours replace."""
    tokens: dict[str, str] = {}
    bar, accent = _parsed(account.primary_color), _parsed(account.secondary_color)
    if bar is not None:
        text = _WHITE if contrast(bar, _WHITE) >= contrast(bar, _BLACK) else _BLACK
        tokens |= {"--brand-bar": _hex(bar), "--brand-text": _hex(text)}
    if accent is not None:
        light, dark = (readable_on(accent, surface) for surface in SURFACES)
        tokens["--accent"] = f"light-dark({_hex(light)}, {_hex(dark)})"
        on_light, on_dark = (_WHITE if contrast(c, _WHITE) >= READABLE else _BLACK for c in (light, dark))
        tokens["--on-accent"] = f"light-dark({_hex(on_light)}, {_hex(on_dark)})"
    lines = "".join(f"  {name}: {value};\n" for name, value in tokens.items())
    return f":root {{\n{lines}}}\n"


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast of two colours as WCAG 2.2 defines it, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable_on(colour: Colour, surface: Colour) -> Colour:
    """Return the colour, or the nearest mixture with black or white that can be read on the surface."""
    target = _BLACK if _luminance(surface) > 0.5 else _WHITE  # noqa: PLR2004 - the middle between black and white
    for step in range(_STEPS + 1):
        mixed = _mixed(colour, target, step / _STEPS)
        if contrast(mixed, surface) >= READABLE:
            return mixed
    return target


def _has_colours(account: Account) -> bool:
    return bool(account.primary_color or account.secondary_color)


def _parsed(text: str | None) -> Colour | None:
    digits = (text or "").removeprefix("#")
    if len(digits) == 3:  # noqa: PLR2004 - one digit for each of red, green, blue
        digits = "".join(digit * 2 for digit in digits)
    try:
        red, green, blue = bytes.fromhex(digits)
    except ValueError:
        return None
    return red, green, blue


def _mixed(colour: Colour, target: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(colour, target, strict=True))
    return red, green, blue


def _luminance(colour: Colour) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (part / 255 for part in colour)]  # noqa: PLR2004 - WCAG 2.2, "relative luminance"
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _hex(colour: Colour) -> str:
    return "#" + bytes(colour).hex()
