"""Taking a call at the desk: what an aide writes down, kept while she writes it and recorded once when she is done."""
