"""Long work that a page asks for: a row each, with its progress, done by the worker."""
