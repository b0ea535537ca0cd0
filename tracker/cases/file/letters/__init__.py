"""Letters and notices about a case, merged from the city's templates."""
