from . import assessment
from . import gate
from . import names
from . import period
from . import pinyin
from . import reward
from . import tender
