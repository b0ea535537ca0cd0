"""Keys by which other systems write to us: given by an administrator, shown once, revocable."""
