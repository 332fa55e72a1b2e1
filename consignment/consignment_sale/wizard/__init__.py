from . import consignment_count
from . import consignment_import
from . import consignment_reclass
from . import consignment_return
from . import consignment_transfer
