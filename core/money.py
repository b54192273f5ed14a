"""Money: Decimal with two places and an ISO 4217 code, rounded half up, never added across currencies."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from babel.core import get_global
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

CENT = Decimal("0.01")
LARGEST = Decimal("9999999999999.99")
SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "CNY": "CN¥", "INR": "₹", "KRW": "₩", "PLN": "zł", "CZK": "Kč"}

# {code: minor digits} of currencies in use; three digits (KWD, BHD, …) are refused: two places could not hold them.
_DIGITS: Mapping[str, tuple[int, int, int, int]] = get_global("currency_fractions")
CODES = frozenset(
    "AED ALL AMD ANG AOA ARS AUD AZN BAM BBD BDT BGN BOB BRL BSD BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CVE CZK DKK DOP DZD EGP"
    " ETB EUR FJD GBP GEL GHS GTQ HKD HNL HTG HUF IDR ILS INR ISK JMD JPY KES KGS KHR KRW KYD KZT LAK LBP LKR MAD MDL MGA MKD"
    " MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SCR SEK"
    " SGD THB TRY TTD TWD TZS UAH UGX USD UYU UZS VND XAF XCD XOF XPF ZAR ZMW".split()
)


def rounded(value: Decimal) -> Decimal:
    """Half up at two places: 0.005 -> 0.01."""
    return value.quantize(CENT, rounding=ROUND_HALF_UP)


def check_currency(code: str) -> None:
    """Raise ValidationError unless the code is a currency in use with at most two decimals."""
    if code in CODES:
        return
    if _DIGITS.get(code, (2,))[0] > 2:
        raise ValidationError(_("%(code)s has three decimals and cannot be used."), code="currency", params={"code": code})
    raise ValidationError(_("%(code)s is not an ISO 4217 currency."), code="currency", params={"code": code[:10]})


def money_text(value: Decimal | None, currency: str, lang: str = "en", *, cents: bool = False) -> str:
    """'€84,000' or '84.000 €'; an empty amount is a dash. By hand: babel costs twenty times as much per value."""
    if value is None:
        return "–"
    places = 2 if cents and value != value.to_integral_value() else 0
    number = f"{rounded(value):,.2f}" if places else f"{value.quantize(Decimal(1), rounding=ROUND_HALF_UP):,}"
    symbol = SYMBOLS.get(currency, currency)
    if lang == "de":
        number = number.replace(",", "\0").replace(".", ",").replace("\0", ".")
        return f"{number}\u00a0{symbol}"
    return f"{symbol}{number}" if len(symbol) == 1 else f"{symbol}\u00a0{number}"
