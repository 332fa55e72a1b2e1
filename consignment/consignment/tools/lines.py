"""The lines a client hands over, after they were read and found good."""

from dataclasses import dataclass, field


@dataclass
class Line:
    """One article of a transfer: records, quantity in the product's unit, net price or None."""

    number: int
    product: object
    quantity: float
    lot: object
    price: float | None = None
    shop: object = None
    extra: dict = field(default_factory=dict)


@dataclass
class Take:
    """A part of a line, taken from one quant."""

    line: Line
    location: object
    lot: object
    package: object
    owner: object
    quantity: float
