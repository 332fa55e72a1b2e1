"""Values that only server code may write.

States of agreed prices and approvals are results of a decision, never input. Their guards let
a write pass only with a token in the context that is compared by identity: an object that no
client can send over any interface.
"""

from odoo.addons.tier_validation_deadline.models.trust import EngineToken

KEY = "price_guard_engine"
TOKEN = EngineToken()  # of its own: who may write prices may not write reviews


def as_engine(records):
    """Return ``records`` in an environment whose writes the guards let pass."""
    return records.with_context(**{KEY: TOKEN})


def is_engine(env):
    """Tell whether server code itself is writing (see :func:`as_engine`)."""
    return env.context.get(KEY) is TOKEN
