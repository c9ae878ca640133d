"""How a number is signed once a language has written it."""

NOT_ZERO = "123456789"


def true_minus(written: str) -> str:
    """With a true minus sign in place of a hyphen; what was rounded to zero has no sign."""
    rounded_away = not any(digit in written for digit in NOT_ZERO)
    return written.replace("-", "" if rounded_away else "−")
