from . import test_campaign_approval
