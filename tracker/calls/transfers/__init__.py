"""911 transfers to the desk and their review: hard stops first, then one decision; nothing here is ever skipped."""
