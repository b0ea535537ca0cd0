"""What the public may know: every anonymous answer, in whatever format, reads through these files and nothing else."""
