"""Caseloads, work on many cases, the board, handing over, following."""
