from . import satisfaction_campaign, tier_definition
