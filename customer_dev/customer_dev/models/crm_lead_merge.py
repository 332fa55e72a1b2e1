from odoo import Command, api, models
from odoo.tools import SQL


# One concern per file: the model is too big for one.
class CrmLead(models.Model):
    _inherit = "crm.lead"  # pylint: disable=consider-merging-classes-inherited

    def _merge_get_fields(self):
        return super()._merge_get_fields() + self._merge_facts()

    def _merge_get_fields_specific(self):
        both = {
            "text": lambda name, leads: leads._merge_text(name),
            "many2many": lambda name, leads: [Command.set(leads[name].ids)],
        }
        facts = {name: both.get(self._fields[name].type) for name in self._merge_facts()}
        joined = {name: merge for name, merge in facts.items() if merge}
        return {**super()._merge_get_fields_specific(), **joined}

    def _merge_facts(self):
        """Facts of this addon that any of the prospects knows; the best one's goes first."""
        return [
            name
            for name, field in self._fields.items()
            if field._module == "customer_dev"
            and field.store
            and field.copy  # what is not copied was decided for one prospect alone
            and field.type != "one2many"
            and any(lead[name] for lead in self)
        ]

    def _merge_text(self, name):
        """Texts one below the other, each once."""
        return "\n\n".join(dict.fromkeys(lead[name] for lead in self if lead[name]))

    def _merge_dependences(self, opportunities):
        result = super()._merge_dependences(opportunities)
        self._merge_parts(opportunities)
        return result

    def _merge_parts(self, opportunities):
        """Bring the rows of the other prospects along, without doubles."""
        keys = self._merge_part_models()
        for model_name in self._merge_find_models(keys, opportunities.ids):
            key = keys[model_name]
            # sudo: who may merge the prospects may move what belongs to them
            model = self.env[model_name].sudo().with_context(active_test=False)
            taken = set()
            if key:
                taken = {row[key] for row in model.search([("lead_id", "=", self.id)])}
            for row in model.search([("lead_id", "in", opportunities.ids)]):
                if not key or row[key] not in taken:
                    row.lead_id = self
                    taken.add(key and row[key])

    @api.model
    def _merge_find_models(self, model_names, lead_ids):
        """Those of the models that have rows under the given leads, in one query."""
        models = [self.env[name] for name in model_names]
        for model in models:
            model.flush_model(["lead_id"])
        query = SQL(" UNION ALL ").join(
            SQL(
                "SELECT %s WHERE EXISTS (SELECT FROM %s WHERE lead_id IN %s)",
                model._name,
                SQL.identifier(model._table),
                tuple(lead_ids),
            )
            for model in models
        )
        return [name for (name,) in self.env.execute_query(query)]

    @api.model
    def _merge_part_models(self):
        """Models of rows to merge, with the field that must stay unique on a prospect."""
        return {
            "crm.lead.check": "criterion_id",
            "crm.lead.stakeholder": "partner_id",
            "crm.lead.supplier": None,
            "crm.lead.concern": "concern_id",
            "crm.lead.purchase.step": "step",
            "crm.lead.screening": "criterion_id",
            "crm.lead.sample": None,
            "crm.pool.log": None,
            "crm.development.expense": None,
            "crm.development.reward": "rule_id",
        }
