from . import crm_lead_sample
