"""Participants of a case: who has to do with the problem, and who may know that."""
