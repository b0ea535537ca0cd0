"""The city's crews, vehicles, people and equipment: what they can do, and when they work."""
