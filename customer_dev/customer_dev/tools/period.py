"""Days of a period and of the one before it, without any ORM."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

LENGTHS = {
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": relativedelta(months=1),
    "quarter": relativedelta(months=3),
    "year": relativedelta(years=1),
}


def first_day(period, today):
    """First day of the period in which a day lies; weeks begin on Monday."""
    if period == "week":
        return today - timedelta(days=today.weekday())
    if period == "quarter":
        return today.replace(month=today.month - (today.month - 1) % 3, day=1)
    return {
        "day": today,
        "month": today.replace(day=1),
        "year": today.replace(month=1, day=1),
    }[period]


def bounds(period, today):
    """Begin of the period before, of this one and of the next one; ends are not included."""
    begin = first_day(period, today)
    return begin - LENGTHS[period], begin, begin + LENGTHS[period]
