from . import comment_wizard
from . import tier_review_sign
from . import tier_review_extension
