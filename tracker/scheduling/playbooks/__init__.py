"""What the city usually does about a family of problems, and its use on a case."""
