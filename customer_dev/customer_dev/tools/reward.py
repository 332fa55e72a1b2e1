"""What a milestone or an expense is worth, without any ORM."""


def proposed(lowest, highest, value, difficulty, step=10):
    """Reward between its bounds: the more the prospect is worth and the harder it is, the more.

    :param value: value of the prospect in percent, 0 when it was never assessed
    :param difficulty: its difficulty in percent
    :param step: the amount is rounded to a multiple of it
    :return: an amount of ``lowest`` to ``highest``
    """
    share = min(max((value + difficulty) / 200, 0), 1)
    amount = lowest + (highest - lowest) * share
    rounded = round(amount / step) * step if step else amount
    return min(max(rounded, lowest), highest)


def split_expense(amount, percent, rounding=2):
    """What the salesperson advances of an expense, and what the firm pays at once.

    :param percent: share of the salesperson until the contract is signed
    :return: tuple of the two amounts; together they are the expense
    """
    own = round(amount * min(max(percent, 0), 100) / 100, rounding)
    return own, round(amount - own, rounding)
