from . import satisfaction_campaign, satisfaction_figures, satisfaction_wave, sale_order
