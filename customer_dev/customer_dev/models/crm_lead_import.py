from odoo import api, models
from odoo.exceptions import UserError

#: prospects that are created together; few enough that a file full of errors stays cheap to sift
BATCH = 200


class BatchRefused(Exception):
    """Some row of a batch is refused; which one, the host finds out row by row."""


# One concern per file: the model is too big for one.
class CrmLead(models.Model):
    _inherit = "crm.lead"  # pylint: disable=consider-merging-classes-inherited

    def _load_records(self, data_list, update=False):
        """The host charges the first row of a batch with the error of any other row; a person who
        repairs a file needs each error on its own row only."""
        try:
            return super()._load_records(data_list, update)
        except UserError as error:
            if len(data_list) < 2 or "_import_current_module" not in self.env.context:
                raise
            raise BatchRefused from error

    @api.model
    def import_prospects(self, fields, rows, keep_good=False):
        """Import prospects from plain rows, one prospect per row.

        :param list fields: names of the columns as in the import of the web client
        :param list rows: lists of strings
        :param bool keep_good: import the rows without error; otherwise all or none
        :return: dict ``ids`` of the new prospects and ``errors``, dicts ``row`` (from 0) and
            ``message``, in the order of the rows
        """
        self.check_access("create")
        savepoint = self.env.cr.savepoint(flush=True)
        numbered, ids, errors = list(enumerate(rows)), [], []
        for start in range(0, len(numbered), BATCH):
            made, refused = self._import_batch(fields, numbered[start : start + BATCH])
            ids += made
            errors += refused
        undo = bool(errors) and not keep_good
        if undo:
            self.env.invalidate_all(flush=False)
            savepoint.rollback()
        savepoint.close(rollback=undo)
        return {"ids": [] if undo else ids, "errors": errors}

    def _import_batch(self, fields, numbered):
        """Load numbered rows without those that turn out to be wrong.

        :return: ids of the new prospects, and the errors
        """
        errors = {}
        while numbered:
            result = self.load(fields, [row for _number, row in numbered])
            if result["ids"]:
                break
            wrong = self._import_wrong_rows(result["messages"], len(numbered))
            errors |= {numbered[index][0]: text for index, text in wrong.items()}
            numbered = [one for index, one in enumerate(numbered) if index not in wrong]
        ids = result["ids"] if numbered else []
        return ids, [{"row": row, "message": text} for row, text in sorted(errors.items())]

    @api.model
    def _import_wrong_rows(self, messages, count):
        """Texts by index of the row they speak of; what speaks of no row concerns all of them."""
        wrong = {}
        for message in messages:
            if message["type"] != "error":
                continue
            known = message.get("rows")
            rows = range(known["from"], known["to"] + 1) if known else range(count)
            for index in rows:
                wrong[index] = "\n".join(filter(None, [wrong.get(index), message["message"]]))
        # nothing imported and nobody to blame: then none of them can be imported
        return wrong or dict.fromkeys(range(count), self.env._("This row cannot be imported."))
