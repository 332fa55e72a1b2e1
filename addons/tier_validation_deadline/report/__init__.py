from . import tier_review_report
