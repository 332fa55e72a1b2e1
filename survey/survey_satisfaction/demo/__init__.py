from . import satisfaction_demo
