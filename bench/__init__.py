"""How often the service agrees with labels, and how fast it is."""
