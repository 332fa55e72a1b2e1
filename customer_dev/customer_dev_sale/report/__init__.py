from . import crm_receipt
