"""What the city tells people."""
