from . import satisfaction_export, satisfaction_report
