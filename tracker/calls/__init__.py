"""311 calls: taking, importing and triaging them, and what they are about."""
