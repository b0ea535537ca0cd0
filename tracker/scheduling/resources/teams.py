"""What a team can do and how many it is: its own and its members' together."""

from .models import CityResource


def all_skills(resource: CityResource) -> frozenset[str]:
    """The resource's own skills and those of its members."""
    members = [one.member for one in resource.members]
    return frozenset(row.skill for part in (resource, *members) for row in part.skills)


def people_of(resource: CityResource) -> int:
    """How many people come with it, its members' included."""
    return resource.people + sum(one.member.people for one in resource.members)
