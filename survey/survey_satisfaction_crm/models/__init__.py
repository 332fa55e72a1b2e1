from . import (
    satisfaction_campaign,
    satisfaction_wave,
    satisfaction_invitation,
    satisfaction_result,
    crm_lead,
)
