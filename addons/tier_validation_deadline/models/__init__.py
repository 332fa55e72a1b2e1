from . import trust
from . import base
from . import res_users
from . import resource_calendar
from . import tier_definition
from . import tier_review
from . import tier_validation
