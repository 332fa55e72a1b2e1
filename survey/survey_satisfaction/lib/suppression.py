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
    groups = sorted((n, str(key), key) for key, n in counts.items() if n > 0)
    hidden = [(n, key) for n, _name, key in groups if n < threshold]
    shown = [(n, key) for n, _name, key in groups if n >= threshold]
    if hidden:
        while shown and (len(hidden) < 2 or sum(n for n, _key in hidden) < threshold):
            hidden.append(shown.pop(0))
    return {key for _n, key in hidden}
