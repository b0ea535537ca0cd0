"""Staff pages that show several features: each role's queue, calls, and what people decide about them."""
