from . import crm_visit_due
