"""Work for a case: what it needs, what it waits for, where it stands."""
