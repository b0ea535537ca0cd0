"""A crew's own day: its run sheet on a phone, also without network."""
