"""Reports that come in without an aide: from residents' own form and from other systems, and what is said later."""
