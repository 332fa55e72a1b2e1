KINDS_OUT = ("consign_out", "loan_out", "sample_out")
KINDS_IN = ("consign_in", "borrow_in")
KINDS_LOAN = ("loan_out", "sample_out")
