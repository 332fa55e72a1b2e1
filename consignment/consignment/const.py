KINDS_OUT = ("consign_out", "loan_out", "sample_out")
KINDS_IN = ("consign_in", "borrow_in")
KINDS_LOAN = ("loan_out", "sample_out")
# What says of a done move line which goods crossed a border when.
MOVED_FIELDS = [
    "state",
    "date",
    "location_id",
    "location_dest_id",
    "product_id",
    "lot_id",
    "quantity_product_uom",
]
