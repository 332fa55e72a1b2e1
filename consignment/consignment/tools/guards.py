"""What a client may not decide, whichever way it tries."""


def without_defaults(records, names):
    """Return the records without defaults of these fields that a client put into the context.

    A value that is refused in the values of ``create`` would come in by ``default_…`` otherwise.
    """
    unwanted = {f"default_{name}" for name in names}
    context = records.env.context
    if unwanted.isdisjoint(context):
        return records
    kept = {key: context[key] for key in context if key not in unwanted}
    return records.with_env(records.env(context=kept))
