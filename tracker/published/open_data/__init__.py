"""The published cases and calls as whole files: which columns there are, how rows are read, how they are written."""
