"""The response to a problem: what is to be reached, and who does what by when."""
