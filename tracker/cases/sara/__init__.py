"""Scanning and analysis of a problem case (the first half of SARA), and the phases a case goes through."""
