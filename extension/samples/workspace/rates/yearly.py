"""Yearly change of the base rates."""

from decimal import ROUND_HALF_UP, Decimal


def raised(cents: int, percent: Decimal) -> int:
    """Return `cents` raised by `percent`, rounded half up to whole cents."""
    if cents < 0:
        raise ValueError(f"a rate is not negative: {cents}")
    exact = Decimal(cents) * (Decimal(100) + percent) / Decimal(100)
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def table(base: dict[str, int], percent: Decimal) -> dict[str, int]:
    """Raise every rate of `base`."""
    return {destination: raised(cents, percent) for destination, cents in base.items()}
