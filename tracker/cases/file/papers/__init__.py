"""Documents and photos of a case, kept beside the database."""
