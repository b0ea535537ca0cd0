"""The file of a case: who has to do with it, letters, documents and photos, and visits to the place."""
