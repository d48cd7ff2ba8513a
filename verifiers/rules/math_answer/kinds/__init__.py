"""How each kind of gold is compared; `compare.compare` chooses by the kind."""
