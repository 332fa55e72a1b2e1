from odoo import api, models


# One concern per file: the model is too big for one.
class CrmLead(models.Model):
    _inherit = "crm.lead"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def load(self, fields, data):
        """The host repeats the first error of a batch on its first row; a person who repairs a
        file needs each error on its own row only."""
        result = super().load(fields, data)
        texts = [message.get("message") for message in result["messages"]]
        if len(texts) > 1 and texts[0] in texts[1:]:
            result["messages"] = result["messages"][1:]
        return result

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
        ids, errors = self._import_halves(fields, list(rows), 0)
        undo = bool(errors) and not keep_good
        if undo:
            self.env.invalidate_all(flush=False)
            savepoint.rollback()
        savepoint.close(rollback=undo)
        return {"ids": [] if undo else ids, "errors": errors}

    def _import_halves(self, fields, rows, offset):
        """Load rows; when they fail, their halves, down to the row that is wrong."""
        result = self.load(fields, rows) if rows else {"ids": [], "messages": []}
        if result["ids"] or not rows:
            return result["ids"], []
        if len(rows) == 1:
            texts = [m["message"] for m in result["messages"] if m["type"] == "error"]
            return [], [{"row": offset, "message": "\n".join(texts)}]
        middle = len(rows) // 2
        left = self._import_halves(fields, rows[:middle], offset)
        right = self._import_halves(fields, rows[middle:], offset + middle)
        return left[0] + right[0], left[1] + right[1]
