"""The calendar: days, weeks and months of resources; feeds of it."""
