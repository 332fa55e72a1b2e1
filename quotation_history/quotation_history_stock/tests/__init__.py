from . import test_returned_goods
