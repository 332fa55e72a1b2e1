"""Selections that several models share."""

ROLES = [
    ("decision_maker", "Key decision maker"),
    ("economic_buyer", "Economic buyer"),
    ("champion", "Champion (inside supporter)"),
    ("user", "User"),
    ("technical", "Technical evaluator"),
    ("purchaser", "Purchaser"),
    ("blocker", "Blocker"),
]

#: the relation ladder; the value is also its height
RELATIONS = [
    ("1", "1 Acquainted"),
    ("2", "2 Meeting"),
    ("3", "3 Approving"),
    ("4", "4 Trusting"),
    ("5", "5 Allied"),
]

INFLUENCES = [("1", "Very low"), ("2", "Low"), ("3", "Medium"), ("4", "High"), ("5", "Very high")]

ATTITUDES = [
    ("-2", "Against us"),
    ("-1", "Sceptical"),
    ("0", "Neutral"),
    ("1", "In favour"),
    ("2", "Fights for us"),
]

PURCHASE_STEPS = [
    ("a", "a) Need and project"),
    ("b", "b) Supplier search and screening"),
    ("c", "c) Purchase criteria"),
    ("d", "d) Tender and evaluation"),
    ("e", "e) Supplier inspection"),
    ("f", "f) Contract"),
]

DEVELOPMENT_TYPES = [
    ("new", "New customer"),
    ("key", "Key account"),
    ("dealer", "Regional dealer"),
    ("reactivated", "Reactivated customer"),
]

SETTLEMENT_MODES = [
    ("prepaid", "Payment before delivery"),
    ("on_delivery", "Payment on delivery"),
    ("monthly", "Monthly settlement"),
    ("term", "Payment term"),
    ("credit", "Credit limit"),
]

LEVELS = [("weak", "Weak"), ("medium", "Medium"), ("strong", "Strong")]

SCORES = [("1", "1"), ("2", "2"), ("3", "3"), ("4", "4"), ("5", "5")]

QUADRANTS = [
    ("a", "A Develop first"),
    ("b", "B Strategic effort"),
    ("c", "C Take along"),
    ("d", "D Observe"),
]
