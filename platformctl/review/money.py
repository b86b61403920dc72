"""Amounts as people read them."""


def money(amount: float, currency: str, *, signed: bool = False) -> str:
    """`+1,234.50 USD`; two decimals, a sign where a difference is meant."""
    return f"{amount:{'+' if signed else ''},.2f} {currency}"
