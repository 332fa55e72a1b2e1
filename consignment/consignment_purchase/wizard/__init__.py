from . import consignment_borrow_settlement
from . import consignment_draw_return
from . import consignment_vendor_settlement
