"""Reports of residents meet the cases: recorded and put where they belong, and changed later by who sent them."""
