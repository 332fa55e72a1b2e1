from . import consignment_statement
