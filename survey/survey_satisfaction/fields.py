from odoo import fields


class NullableFloat(fields.Float):
    """A float that knows the difference between zero and nothing.

    The database keeps NULL where there is no figure, so averages of a pivot ignore it and
    "nobody answered" never looks like "everybody gave zero points".
    """

    falsy_value = None

    def convert_to_column(self, value, record, values=None, validate=True):
        if value is None or value is False:
            return None
        return super().convert_to_column(value, record, values, validate)

    def convert_to_cache(self, value, record, validate=True):
        if value is None or value is False:
            return None
        return super().convert_to_cache(value, record, validate)

    def convert_to_record(self, value, record):
        return False if value is None else value

    def convert_to_export(self, value, record):
        return "" if value is None or value is False else value
