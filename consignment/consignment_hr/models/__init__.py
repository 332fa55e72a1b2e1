from . import consignment_agreement
from . import consignment_agreement_reminder
from . import consignment_ageing
from . import hr_department
from . import hr_employee
