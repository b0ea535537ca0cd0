"""Tests of phases, scanning and analysis."""
