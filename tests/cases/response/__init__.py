"""Tests of the response to a problem."""
