from . import sale_offer_report
