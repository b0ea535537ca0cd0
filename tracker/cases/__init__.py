"""Problem cases: repeat-call grouping, links, contacts, assignment and SARA work."""
