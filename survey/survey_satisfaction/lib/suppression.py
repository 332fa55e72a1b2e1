"""Hide small groups so that nobody can compute them back from the published total."""


def suppressed(counts, threshold):
    """Return the keys of a table that must stay hidden.

    A group below ``threshold`` is hidden. Since the total of the table is published, one
    hidden group (or several that together stay below the threshold) could be found by
    subtraction: then the next smallest groups are hidden too, until at least two groups with
    at least ``threshold`` answers are behind the curtain. Groups without answers are facts
    about nobody and stay visible.

    :param counts: ``{group: number of answers}``
    :param threshold: smallest group that may be shown
    :return: set of hidden groups
    """
    return _complete(counts, {key for key, n in counts.items() if 0 < n < threshold}, threshold)


def suppressed_together(groups, width, threshold):
    """Return what must stay hidden when several tables of the same answers are published.

    Each table is safe by itself (see ``suppressed``). Beyond that, a group that lies wholly
    within a group of another table leaves a rest; where the rest is smaller than ``threshold``,
    the inner group is hidden too.

    :param groups: ``(n, keys)`` of the finest groups: number of answers, the group of each
        table they belong to
    :param width: number of tables
    :param threshold: smallest group that may be shown
    :return: list of the hidden groups of each table
    """
    counts = [_count(groups, place) for place in range(width)]
    hidden = [suppressed(table, threshold) for table in counts]
    while inner := _find_subtractable(groups, counts, hidden, threshold):
        for place, key in inner:
            hidden[place].add(key)
        for place, table in enumerate(counts):
            hidden[place] = _complete(table, hidden[place], threshold)
    return hidden


def _count(groups, place):
    table = {}
    for n, keys in groups:
        table[keys[place]] = table.get(keys[place], 0) + n
    return table


def _find_subtractable(groups, counts, hidden, threshold):
    """Shown groups inside a slightly larger shown group of another table: ``{(table, key)}``."""
    found = set()
    for outer in range(len(counts)):
        for inner in range(len(counts)):
            if inner == outer:
                continue
            pairs = {(keys[outer], keys[inner]) for n, keys in groups if n}
            for big, small in pairs:
                rest = counts[outer][big] - counts[inner][small]
                alone = {key for key, other in pairs if other == small} == {big}
                shown = big not in hidden[outer] and small not in hidden[inner]
                if alone and shown and 0 < rest < threshold:
                    found.add((inner, small))
    return found


def _complete(table, hidden, threshold):
    """Hide the next smallest groups until what is hidden hides itself."""
    shown = sorted((n, str(key), key) for key, n in table.items() if n and key not in hidden)
    hidden = set(hidden)
    while hidden and shown and (len(hidden) < 2 or sum(table[key] for key in hidden) < threshold):
        hidden.add(shown.pop(0)[2])
    return hidden
