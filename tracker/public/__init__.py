"""What residents see without signing in: the map and its equal list, the status of a case, plain pages."""
