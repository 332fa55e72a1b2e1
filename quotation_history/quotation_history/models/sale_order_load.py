from collections import defaultdict

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command


class SaleOrder(models.Model):
    """Load: from a frozen offer back onto the live quotation."""

    _inherit = "sale.order"  # pylint: disable=consider-merging-classes-inherited

    def _load_offer(self, offer):
        """Write ``offer`` (sudo) back onto the order: terms first, then lines by identity.

        Lines that are still the same product are written, missing ones created, others deleted;
        down payments and rewards are left alone.
        """
        self.ensure_one()
        if self.state not in ("draft", "sent"):
            raise UserError(
                self.env._("%s is not a quotation any more: nothing can be loaded.", self.name)
            )
        offer._check_can_load()
        with self.env.cr.savepoint():
            missing = []
            existing = self._get_existing_ids(offer)
            header = self._clean_payload(offer._get_terms_payload(), missing, existing)
            self.write(header)
            self._load_offer_lines(offer, missing, existing)
            self._refresh_rewards()
            self.env.flush_all()
        self._post_missing(offer, missing)

    def _refresh_rewards(self):
        """Let loyalty programs reward what was loaded, not what was there before."""
        lines = self.order_line
        if "reward_id" in lines._fields and lines.filtered("reward_id"):
            self._update_programs_and_rewards()

    def _post_missing(self, offer, missing):
        if missing:
            self.message_post(
                body=self.env._(
                    "%(offer)s was loaded. What no longer exists was left out: %(missing)s.",
                    offer=offer.name,
                    missing=", ".join(sorted(set(missing))),
                )
            )

    def _load_offer_lines(self, offer, missing, existing):
        frozen_lines = offer.line_ids.sorted()
        wanted = {
            frozen: self._clean_payload(payload, missing, existing, "sale.order.line")
            for frozen, payload in frozen_lines._get_payloads().items()
        }
        matched = self._match_offer_lines(frozen_lines)
        self._unlink_obsolete_lines(matched)
        self._write_matched_lines(matched, wanted)
        created = frozen_lines.filtered(lambda frozen: frozen not in matched)
        live_by_frozen = dict(matched)
        # combo items need their combo product to exist before them
        for batch in (
            created.filtered(lambda frozen: not frozen.linked_key),
            created.filtered("linked_key"),
        ):
            live_by_frozen |= self._create_missing_lines(batch, wanted, live_by_frozen)
        self._refollow_lines({frozen.line_key: live for frozen, live in live_by_frozen.items()})

    def _unlink_obsolete_lines(self, live_by_frozen):
        kept = self.env["sale.order.line"].union(*live_by_frozen.values())
        obsolete = self._get_offered_lines() - kept
        # combo items go with their combo product by cascade: do not delete them twice
        (obsolete - obsolete.linked_line_id.linked_line_ids).unlink()

    def _write_matched_lines(self, live_by_frozen, wanted):
        """Write only what differs; a second look catches what the first write recomputed."""
        lines = self.env["sale.order.line"].union(*live_by_frozen.values())
        wanted_by_line = {live: wanted[frozen] for frozen, live in live_by_frozen.items()}
        lines._fix_offer_prices(wanted_by_line)
        for _look in range(3):
            changes = lines._get_differences(wanted_by_line)
            if not changes:
                return
            for line, values in changes:
                line.write(values)

    def _create_missing_lines(self, batch, wanted, live_by_frozen):
        """Create the lines of ``batch`` at once; return {frozen line: new line}."""
        live_by_key = {frozen.line_key: live for frozen, live in live_by_frozen.items()}
        values_list = []
        for frozen in batch:
            values = self.env["sale.order.line"]._prepare_loaded_values(wanted[frozen])
            values["order_id"] = self.id
            if frozen.linked_key in live_by_key:
                values["linked_line_id"] = live_by_key[frozen.linked_key].id
            values_list.append(values)
        lines = self.env["sale.order.line"].create(values_list)
        return dict(zip(batch, lines, strict=True))

    def _match_offer_lines(self, frozen_lines):
        """Return {frozen line: live line} where the live line is still the same thing."""
        live_lines = self._get_offered_lines()
        keys = self._get_line_keys()
        by_key = {keys.get(line.id, line.id): line for line in live_lines}
        matches = {}
        for frozen in frozen_lines:
            live = by_key.get(frozen.line_key)
            if live and frozen._is_same_thing(live):
                matches[frozen] = live
        return matches

    def _refollow_lines(self, live_by_key):
        """Let all frozen lines of one identity follow the live line that has it now."""
        for key, frozen_lines in self.offer_ids.line_ids.grouped("line_key").items():
            live = live_by_key.get(key)
            astray = frozen_lines.filtered(lambda frozen, own=live: frozen.sale_line_id != own)
            if live and astray:
                astray._engine_write({"sale_line_id": live.id})

    def _get_existing_ids(self, offer):
        """Return {model: ids} of what the frozen payloads name and what still exists."""
        named = defaultdict(set)
        self._collect_ids(offer._get_terms_payload(), "sale.order", named)
        for payload in offer.line_ids._get_payloads().values():
            self._collect_ids(payload, "sale.order.line", named)
        return {
            model: set(self.env[model].browse(ids).exists().ids) for model, ids in named.items()
        }

    def _collect_ids(self, payload, model, named):
        fields = self.env[model]._fields
        for name, value in payload.items():
            field = fields.get(name)
            if field is None or not value:
                continue
            if field.type == "many2one":
                named[field.comodel_name].add(value)
            elif field.type == "many2many":
                named[field.comodel_name].update(*(command[2] for command in value))
            elif field.type == "one2many":
                for command in value:
                    self._collect_ids(command[2], field.comodel_name, named)

    def _clean_payload(self, payload, missing, existing, model="sale.order"):
        """Return ``payload`` without fields and records that no longer exist.

        Names of what is left out are added to the list ``missing``.
        """
        fields = self.env[model]._fields
        values = {}
        for name, value in payload.items():
            field = fields.get(name)
            if field is None:
                missing.append(name)
            elif field.type == "many2one":
                ids = self._clean_ids(field, [value] if value else [], missing, existing)
                values[name] = ids[0] if ids else False
            elif field.type == "many2many":
                ids = [res_id for command in value for res_id in command[2]]
                values[name] = [Command.set(self._clean_ids(field, ids, missing, existing))]
            elif field.type == "one2many":
                values[name] = [
                    Command.create(
                        self._clean_payload(command[2], missing, existing, field.comodel_name)
                    )
                    for command in value
                ]
            else:
                values[name] = value
        return values

    def _clean_ids(self, field, ids, missing, existing):
        kept = [res_id for res_id in ids if res_id in existing.get(field.comodel_name, ())]
        if len(kept) < len(ids):
            missing.append(field._description_string(self.env))
        return kept
