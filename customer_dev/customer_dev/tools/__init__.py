from . import assessment
from . import gate
from . import names
