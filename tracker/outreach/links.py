"""Addresses that stand in mail: mail is written outside of any request, so they begin with the city's own setting."""

from ..config import Settings


def case_link(settings: Settings, public_id: str) -> str:
    """The page of a case; empty where the installation has not said where it is found."""
    return f"{settings.address}/staff/cases/{public_id}" if settings.address else ""


def caseload_link(settings: Settings) -> str:
    """One's own caseload; empty as above."""
    return f"{settings.address}/staff/caseload" if settings.address else ""
