"""Properties under enforcement: put on the list by a person; what was known before is kept. Verbs flush only."""

from dataclasses import asdict, dataclass

from sqlalchemy import func, select

from ..errors import Conflict, Invalid, NotFound
from ..extensions import db
from ..formatters import plural
from ..places.addresses import normalize_address
from ..places.city import the_city
from ..places.gazetteer import suggest_addresses
from ..places.models import Address
from ..staff.audit import record_audit
from ..staff.log import append_log
from ..staff.models import User
from ..staff.turns import take_turn
from .models import Property, PropertyVersion, RuleSet

_TURN = 8_311_000_052
MOST_UNITS = 10_000


@dataclass(frozen=True, slots=True)
class PropertyEntry:
    """What a person says a property is."""

    units: int
    owner_name: str
    owner_address: str
    owner_email: str = ""

    @classmethod
    def of(cls, known: Property) -> "PropertyEntry":
        """What is known of a property now."""
        return cls(known.units, known.owner_name, known.owner_address, known.owner_email)


def find_address(typed: str) -> Address:
    """The known address that was typed, in any spelling; raises `Invalid` and names what is like it."""
    key = normalize_address(typed, localities=frozenset(the_city().localities)).key
    address = db.session.scalars(select(Address).where(Address.key == key)).first() if key else None
    if address is not None:
        return address
    like = " · ".join(one.display for one in suggest_addresses(typed, limit=3))
    raise Invalid(
        f"«{typed}» is no known address. Did you mean: {like}?" if like
        else f"«{typed}» is no known address. Write house number and street as in the city's address list."
    )  # fmt: skip


def get_property(property_id: int) -> Property:
    """The property with this number; raises `NotFound`."""
    known = db.session.get(Property, property_id)
    if known is None:
        raise NotFound("There is no such property under enforcement. Look for it in the list.")
    return known


def hold_property(known: Property, seen_version: int | None = None) -> None:
    """Hold a property; raises `Conflict` when somebody changed it since `seen_version`."""
    db.session.execute(select(Property.id).where(Property.id == known.id).with_for_update())
    db.session.refresh(known)
    if seen_version is not None and known.version != seen_version:
        raise Conflict("Somebody changed this property meanwhile. Look at what stands now, then do it again.")


def touch_property(known: Property, actor: User, verb: str, text: str) -> None:
    """Mark a change by a person. The log names no owner: her name stays on the property's own pages."""
    known.version += 1
    append_log("property", known.id, verb, text, actor=actor)
    record_audit(f"nuisance: {verb.replace('_', ' ')}", f"property {known.id}", actor=actor)
    db.session.flush()


def register_property(
    address: Address, rule_set: RuleSet, entry: PropertyEntry, actor: User, *, key: str
) -> Property:
    """Put a property on the list, merely watched; the same `key` again gives the one that was put there then."""
    take_turn(_TURN)
    present = db.session.scalars(select(Property).where(Property.key == key)).first()
    if present is not None:
        return present
    if db.session.scalar(select(Property.id).where(Property.address_id == address.id)) is not None:
        raise Invalid(f"{address.display} is on the list already. Open it there.")
    if not rule_set.versions:
        raise Invalid(f"No version of «{rule_set.name}» is in force. Put one into force first.")
    _check(entry)
    known = Property(key=key, address=address, rule_set=rule_set, version=1, **asdict(entry))
    db.session.add(known)
    db.session.flush()
    _keep_version(known, actor)
    units = plural(known.units, "unit")
    touch_property(known, actor, "registered", f"{address.display} was put on the list, with {units}.")
    return known


def change_property(known: Property, entry: PropertyEntry, actor: User, *, seen_version: int) -> bool:
    """Change units or owner; what was known before stays on record. Returns whether anything was different."""
    hold_property(known, seen_version)
    if PropertyEntry.of(known) == entry:
        return False
    _check(entry)
    changed = [name for name, value in asdict(entry).items() if getattr(known, name) != value]
    for name, value in asdict(entry).items():
        setattr(known, name, value)
    _keep_version(known, actor)
    words = ", ".join(name.replace("_", " ") for name in changed)
    touch_property(known, actor, "changed", f"Changed: {words}.")
    return True


def _check(entry: PropertyEntry) -> None:
    if not 1 <= entry.units <= MOST_UNITS:
        raise Invalid(f"A property has 1 to {MOST_UNITS:,} units.")
    if not entry.owner_name.strip() or not entry.owner_address.strip():
        raise Invalid("Name the owner and where mail reaches her: she has to be told of every step.")


def _keep_version(known: Property, actor: User) -> None:
    number = select(func.count()).where(PropertyVersion.property_id == known.id)
    db.session.add(
        PropertyVersion(
            property_id=known.id, number=(db.session.scalar(number) or 0) + 1, by=actor,
            **asdict(PropertyEntry.of(known)),
        )
    )  # fmt: skip
    db.session.flush()
