"""Money is a whole number of minor units (cents); here it is read from people's spellings and written for them."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

# Minor digits that differ from two (ISO 4217), and signs that people write.
_DIGITS = {"JPY": 0, "KRW": 0, "CLP": 0, "VND": 0, "ISK": 0, "KWD": 3, "BHD": 3, "JOD": 3, "OMR": 3, "TND": 3}
_SIGNS = {"USD": "$", "AUD": "$", "NZD": "$", "CAD": "$", "GBP": "£", "EUR": "€", "JPY": "¥", "INR": "₹"}
_AMOUNT = re.compile(r"^\d{1,3}(,\d{3})+(\.\d+)?$|^\d+(\.\d*)?$|^\.\d+$|^\d+,\d{1,2}$|^\d{1,3}(\.\d{3})+,\d{1,2}$")


def digits(currency: str) -> int:
    """How many minor digits the currency has."""
    return _DIGITS.get(currency, 2)


def decimal_text(amount: int, currency: str = "USD") -> str:
    """Minor units as a plain decimal string for JSON and files: 1250 -> "12.50"."""
    places = digits(currency)
    sign, whole = ("-" if amount < 0 else ""), abs(amount)
    return f"{sign}{whole // 10**places}.{whole % 10**places:0{places}d}" if places else f"{sign}{whole}"


def words(amount: int, currency: str = "USD") -> str:
    """Minor units as a person reads them: 1850 -> "$18.50", -600 -> "−$6.00"."""
    places = digits(currency)
    value = f"{abs(amount) / 10**places:,.{places}f}"
    sign = _SIGNS.get(currency)
    return ("−" if amount < 0 else "") + (f"{sign}{value}" if sign else f"{value} {currency}")


def parse(text: str, currency: str = "USD") -> int:
    """Minor units from `5.00`, `$5.00`, `5.00 CR`, `(5.00)`, `-5`, `1,250.00`, `12,50`. Raises ValueError on anything else."""
    bare = text.strip().replace("\u00a0", " ").replace("−", "-")
    negative = False
    if bare.startswith("(") and bare.endswith(")"):
        negative, bare = True, bare[1:-1]
    if bare.upper().endswith("CR"):
        negative, bare = True, bare[:-2]
    bare = re.sub(r"[$£€¥₹]|\b[A-Z]{3}\b", "", bare).replace(" ", "")
    if bare.startswith("-"):
        negative, bare = not negative, bare[1:]
    elif bare.startswith("+"):
        bare = bare[1:]
    if not _AMOUNT.match(bare):
        raise ValueError(f"not an amount of money: {text!r}")
    comma = bare.rfind(",")
    if comma > bare.rfind(".") and len(bare) - comma - 1 <= 2:
        bare = bare.replace(".", "").replace(",", ".")
    bare = bare.replace(",", "")
    try:
        scaled = Decimal(bare) * 10 ** digits(currency)
    except InvalidOperation:
        raise ValueError(f"not an amount of money: {text!r}") from None
    if scaled != scaled.to_integral_value() or abs(scaled) > 10**12:
        raise ValueError(f"not an amount of money: {text!r}")
    return -int(scaled) if negative else int(scaled)
