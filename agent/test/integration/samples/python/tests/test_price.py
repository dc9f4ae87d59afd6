import pytest

from shop.price import discounted


def test_takes_the_discount_off():
    assert discounted(999, 10) == 899


def test_refuses_what_is_no_discount():
    with pytest.raises(ValueError):
        discounted(100, 101)
