from decimal import Decimal

from rates.yearly import raised, table


def test_rounds_half_up():
    assert raised(499, Decimal("2.5")) == 511
    assert raised(100, Decimal("0.5")) == 101


def test_raises_every_rate():
    assert table({"inland": 499, "world": 2199}, Decimal(0)) == {"inland": 499, "world": 2199}
