"""Read records field by field instead of record by record: the same values, far fewer steps."""


class Columns(dict):
    """The fields of some records, each read once: ``{name: values in the order of the records}``.

    A many2one gives an id or ``False``, the other relations give lists of ids.
    """

    def __init__(self, records):
        super().__init__()
        self.records = records

    def __missing__(self, name):
        column = self[name] = self._read(name)
        return column

    def _read(self, name):
        records = self.records
        field = records._fields[name]
        values = records.mapped(name)
        if not field.relational:
            return values
        is_single = field.type == "many2one"
        if not values:
            # most relations of most lines are empty: one look at all of them says so
            return [False if is_single else [] for _record in records]
        # records still being typed count as what they stand for
        if is_single:
            return [record[name]._origin.id for record in records]
        return [record[name]._origin.ids for record in records]
