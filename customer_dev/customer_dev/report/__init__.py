from . import crm_development_plan_report
from . import crm_development_report
from . import crm_internal_tender_record
from . import crm_stage_history
