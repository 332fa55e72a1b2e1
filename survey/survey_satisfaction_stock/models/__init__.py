from . import satisfaction_campaign, stock_picking
