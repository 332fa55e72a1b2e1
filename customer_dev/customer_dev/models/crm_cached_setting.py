from odoo import api, models


class CrmCachedSetting(models.AbstractModel):
    """A setting that the gate or the rewards keep in a cache: a change of it empties the cache."""

    _name = "crm.cached.setting"
    _description = "Setting Kept in a Cache"

    def _cached_fields(self):
        """Names of the fields the cache holds; empty when all of them matter."""
        return frozenset()

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        cached = self._cached_fields()
        if not cached or cached & vals.keys():
            self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    def _update_field_translations(self, field_name, translations, digest=None, source_lang=""):
        # the translation dialog does not go through write()
        self.env.registry.clear_cache()
        return super()._update_field_translations(field_name, translations, digest, source_lang)
