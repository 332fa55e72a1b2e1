"""The answers of one page on their way into the database, without any ORM."""

PAGE = "satisfaction_page"


class PageLines:
    """Lines of a page that wait to be written together.

    An object, so that no context sent by a client can be one.
    """

    def __init__(self):
        self.values = []

    def take(self):
        """Return what waits; nothing waits afterwards."""
        values, self.values = self.values, []
        return values
