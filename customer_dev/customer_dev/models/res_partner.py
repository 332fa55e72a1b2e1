from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import pinyin

LETTERS = [(letter, letter) for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ#"]


class ResPartner(models.Model):
    _inherit = "res.partner"

    name_initials = fields.Char(
        string="Initials",
        compute="_compute_name_initials",
        store=True,
        index="btree_not_null",
        help="First letters of the name, of the pinyin for Chinese names, to search by.",
    )
    name_initial = fields.Selection(
        LETTERS, string="Initial", compute="_compute_name_initials", store=True
    )

    @api.depends("name")
    def _compute_name_initials(self):
        for partner in self:
            letters = pinyin.initials(partner.name)
            partner.name_initials = letters or False
            partner.name_initial = self._first_letter(letters)

    @api.model
    def _first_letter(self, letters):
        return letters[0] if letters[:1].isalpha() else "#"

    @api.model
    def _fill_initials(self, batch=10000):
        """Fill the columns of contacts that exist already, fast enough for a big database."""
        last_id = 0
        while rows := self.env.execute_query(
            SQL(
                "SELECT id, name FROM res_partner WHERE id > %s AND name_initial IS NULL "
                "ORDER BY id LIMIT %s",
                last_id,
                batch,
            )
        ):
            last_id = rows[-1][0]
            self._fill_rows((partner_id, pinyin.initials(name)) for partner_id, name in rows)

    @api.model
    def _fill_rows(self, rows):
        values = SQL(", ").join(
            SQL("(%s, %s, %s)", partner_id, letters or None, self._first_letter(letters))
            for partner_id, letters in rows
        )
        self.env.cr.execute(
            SQL(
                "UPDATE res_partner p SET name_initials = v.letters, name_initial = v.letter "
                "FROM (VALUES %s) v(id, letters, letter) WHERE p.id = v.id",
                values,
            )
        )
