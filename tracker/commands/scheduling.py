"""`plan`: order what urgent cases need and book the city's crews for the coming days."""

import time
from collections import Counter
from datetime import datetime, timedelta

import click
from flask.cli import with_appcontext

from ..extensions import db
from ..formatters import plural
from ..places.city import city_today
from ..scheduling.planning.plans import plan_day
from .output import clear_errors, json_option, print_result


@click.command("plan")
@click.option("--date", "first", type=click.DateTime(["%Y-%m-%d"]), help="First day to plan. Default: tomorrow.")
@click.option("--days", default=7, show_default=True, help="How many days to plan, from 1 to 31.")
@json_option
@with_appcontext
@clear_errors
def plan(first: datetime | None, days: int, as_json: bool) -> None:
    """Book work for the coming days.

    First every open, alive case of priority 1 to 3 whose family has a playbook, and for which no work was ever
    ordered, gets its playbook's work orders. Then requested orders are booked, as many as have room and the most urgent
    first, so that all crews together drive little. What is booked stays, unless moving what is neither confirmed nor
    pinned makes room. What finds no room keeps the reason. One run orders 500 at most and looks for room for 500, for
    half a minute at most; run it again for the rest.
    """
    started = time.perf_counter()
    tomorrow = city_today() + timedelta(days=1)
    result = plan_day(first.date() if first else tomorrow, days, between=db.session.commit)
    db.session.commit()
    counts = {
        "orders": result.orders,
        "booked": result.booked,
        "unbooked": result.unbooked,
        "created": result.created,
        "moved": result.moved,
        "distance_km": result.distance_km,
        "seconds": round(time.perf_counter() - started, 3),
    }
    reasons = Counter(left.reason for left in result.left_out)
    if as_json:
        print_result({**counts, "reasons": dict(reasons.most_common()), "notes": list(result.notes)}, as_json=True)
        return
    print_result(counts, as_json=False)
    for note in result.notes:
        click.echo(note)
    for reason, count in reasons.most_common():
        click.echo(f"{plural(count, 'order')} left out: {reason}")


COMMANDS = [plan]
