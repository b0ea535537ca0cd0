"""What floors above the cases add to the page of one case; the face hands it to the template."""

from ..scheduling.queries import OrderLine, orders_of_case
from .blueprint import blueprint


@blueprint.app_template_global()
def work_of_case(case_id: int) -> list[OrderLine]:
    """The case's work orders with the booking of each that counts."""
    return orders_of_case(case_id)
