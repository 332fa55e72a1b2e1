from . import test_campaign_approval, test_tours
