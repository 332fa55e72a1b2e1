from . import test_employee
from . import test_security
from . import test_tours
