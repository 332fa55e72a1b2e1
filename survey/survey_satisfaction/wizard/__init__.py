from . import (
    satisfaction_exclude,
    satisfaction_import,
    satisfaction_import_line,
    satisfaction_interview,
)
