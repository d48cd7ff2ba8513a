"""R1-Zero in miniature: a tiny transformer learns to add, from nothing but rewards that come over HTTP."""
