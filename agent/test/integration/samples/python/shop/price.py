def discounted(cents: int, percent: int) -> int:
    """The price in whole cents after a discount in percent, rounded in the buyer's favour."""
    if not 0 <= percent <= 100:
        raise ValueError("a discount is between 0 and 100 percent")
    return cents * (100 - percent) // 100
