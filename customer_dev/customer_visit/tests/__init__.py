from . import test_visit
from . import test_work_log
from . import test_audit
from . import test_gate_matrix
from . import test_tours
