"""Reading files of calls: whatever the encoding and however broken, nothing is lost and every refusal has a reason."""
