# offers
# price memory
