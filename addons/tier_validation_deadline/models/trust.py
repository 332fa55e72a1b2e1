"""Who may touch reviews: the approval engine, never a client.

Every guard of this addon asks :func:`is_trusted`. What it looks for cannot travel over
XML-RPC, JSON-RPC or JSON-2: a token compared by identity, that is an object which exists only
in the memory of this process.
"""

import threading

from odoo import SUPERUSER_ID
from odoo.http import request


class EngineToken:
    """The value of the context key ``ENGINE_KEY`` while the engine itself is writing."""

    __slots__ = ()

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self

    def __repr__(self):
        return "<engine>"


ENGINE_KEY = "tier_validation_engine"
ENGINE_TOKEN = EngineToken()


def as_engine(records):
    """Return ``records`` in an environment in which the guards let writes pass.

    Only server code reaches this function. Call it as close to the write as possible and
    never hand values of a client to what it returns.
    """
    return records.with_context(**{ENGINE_KEY: ENGINE_TOKEN})


def is_engine(env):
    """Tell whether the engine itself is acting (see :func:`as_engine`)."""
    return env.context.get(ENGINE_KEY) is ENGINE_TOKEN


def is_remote():
    """Tell whether an HTTP request is being served, so that a client chose the context.

    XML-RPC hides the request from the code it calls; the thread still knows the address.
    """
    return bool(request) or hasattr(threading.current_thread(), "url")


def is_trusted(env):
    """Tell whether reviews may be changed: by the engine, or by the server itself outside of
    any request (installation, migration, scheduled actions). ``sudo()`` alone is not enough:
    it keeps the user, and a client may be behind it."""
    return is_engine(env) or (env.su and env.uid == SUPERUSER_ID and not is_remote())
