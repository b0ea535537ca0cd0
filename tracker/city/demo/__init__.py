"""The demo city: fictional, seeded, made by our own code in two pure steps.

`write_demo_profile` writes a city profile like any other. A plan drawn by hand (`plan`) gives the river, the main
streets and sixteen cells; every cell has a pattern (`patterns`), an image of a lattice, whose lines are cut at main
streets, water and parks (`layout`), named (`street_names`), crossed with each other and numbered (`network`), and lined
with houses (`houses`). What needs no chance (service types, rules, playbooks, staff, crews) stands in `data/`.

`write_demo_calls` writes a year of calls about that city: a background by type, season, week and hour (`background`,
`rhythm`), and planted problems that a good grouping must find (`planted`), some at places that were known before
(`simmering`). Each call is given an address as people
write it (`spelling`), a description from a phrase book (`wording`), a channel and an end (`channels`), and coordinates,
or a sink's, or none (`draw`). The planted problems are known (`truth`), so the grouping can be measured (`evaluate`).

`write_demo_transfers` adds 911 transfers that wait for review (`transfers`). The same seed and instant give the same
bytes.
"""

from .calls import COLUMNS, DemoCall, demo_calls, demo_truth, write_demo_calls
from .evaluate import Evaluation, evaluate
from .profile_folder import write_demo_profile
from .sinks import HIDDEN_SINK, LISTED_SINK
from .transfers import write_demo_transfers
from .truth import DemoTruth, Planted

__all__ = [
    "COLUMNS",
    "HIDDEN_SINK",
    "LISTED_SINK",
    "DemoCall",
    "DemoTruth",
    "Evaluation",
    "Planted",
    "demo_calls",
    "demo_truth",
    "evaluate",
    "write_demo_calls",
    "write_demo_profile",
    "write_demo_transfers",
]
