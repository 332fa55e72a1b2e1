from . import crm_gate_override
from . import crm_development_stop
from . import crm_development_restore
from . import crm_handover
from . import crm_lead_transfer
from . import crm_development_print
from . import crm_tender_award
