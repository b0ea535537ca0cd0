"""Which crew does which work when: proposed, looked at, taken."""
