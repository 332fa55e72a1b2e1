from . import (
    base_partner_merge,
    satisfaction_exclude,
    satisfaction_import,
    satisfaction_import_line,
    satisfaction_interview,
)
