"""The deadline clock, free of the ORM.

Working time comes as ``(start, end)`` pairs of aware datetimes in one time zone, sorted and
not overlapping. Durations are measured on the time line (UTC), days on the wall calendar of
that time zone, so that neither daylight saving nor a lunch break bends them.
"""

from datetime import timedelta, timezone


def closing_times(intervals):
    """Return the closing time of every wall-calendar day with working time, day by day.

    :param intervals: ``(start, end)`` aware datetimes, sorted
    :rtype: dict[date, datetime]
    """
    closings = {}
    for opening, closing in intervals:
        day = opening.date()
        closings[day] = max(closing, closings.get(day, closing))
    return closings


def counts_today(start, closing, cutoff):
    """Tell whether a receipt still counts on its own day.

    The last ``cutoff`` before closing belongs to the next day; the first instant of it still
    counts today.
    """
    return start <= closing - cutoff


def due_after_days(start, days, intervals, cutoff=timedelta(0)):
    """Closing time of the ``days``-th working day, the day of receipt being the first.

    :param start: aware datetime of receipt
    :param days: whole number of working days, at least one
    :param intervals: working time from the beginning of the receipt day on
    :param cutoff: time before closing from which a receipt counts on the next day
    :return: aware datetime, or ``None`` where the intervals do not reach that far
    """
    for day, closing in closing_times(intervals).items():
        if day < start.date():
            continue
        if day == start.date() and not counts_today(start, closing, cutoff):
            continue
        days -= 1
        if not days:
            return closing
    return None


def due_after_duration(start, duration, intervals):
    """First instant at which ``duration`` of working time has passed since ``start``.

    :param start: aware datetime of receipt
    :param duration: working time as ``timedelta``, more than zero
    :param intervals: working time from ``start`` or earlier on
    :return: aware datetime, or ``None`` where the intervals do not reach that far
    """
    left = duration
    for opening, closing in intervals:
        begin = max(opening, start, key=lambda moment: moment.astimezone(timezone.utc))
        worked = closing.astimezone(timezone.utc) - begin.astimezone(timezone.utc)
        if worked <= timedelta(0):
            continue
        if worked >= left:
            return (begin.astimezone(timezone.utc) + left).astimezone(start.tzinfo)
        left -= worked
    return None


def worked_between(start, end, intervals):
    """Working time between two instants, as ``timedelta``."""
    total = timedelta(0)
    low, high = start.astimezone(timezone.utc), end.astimezone(timezone.utc)
    for opening, closing in intervals:
        part = min(closing.astimezone(timezone.utc), high) - max(
            opening.astimezone(timezone.utc), low
        )
        total += max(part, timedelta(0))
    return total
