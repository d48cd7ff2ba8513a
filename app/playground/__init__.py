"""The page at /: plain files served as they are, and what it asks beside the contract."""
