"""Work that a resident is at home for: windows offered, held, agreed, moved."""
