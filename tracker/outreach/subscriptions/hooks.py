"""POST to another system that a stranger named: only to public addresses, over https, without following anything.

The name is resolved once and what was resolved is connected to, so that it cannot lead elsewhere at the second look.
"""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Timer
from urllib.parse import urlsplit

from ...errors import TrackerError
from .addresses import HTTPS_PORT, clean_hook

CONNECT_S, WHOLE_S = 5.0, 10.0
MOST_ANSWER_BYTES = 4_096
_NETWORKS = tuple(
    ipaddress.ip_network(network) for network in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")
)
"""IPv6 in which IPv4 addresses are wrapped: somebody's gateway would unwrap a private one."""


class HookRefused(TrackerError):
    """Nothing is ever sent there."""


class HookDelayed(TrackerError):
    """It did not work now; later it may."""


@dataclass(frozen=True, slots=True)
class HookAnswer:
    """What the other system said; `text` is its beginning."""

    status: int
    text: str


def _resolve(host: str) -> list[str]:
    found = socket.getaddrinfo(host, HTTPS_PORT, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def _connect(address: str, host: str) -> socket.socket:
    plain = socket.create_connection((address, HTTPS_PORT), timeout=CONNECT_S)
    try:
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host)
    except BaseException:
        plain.close()
        raise


@dataclass(frozen=True, slots=True)
class Door:
    """How a name becomes addresses, and an address a connection that is checked to be that name's; tests bring their
    own, and are held to the same rules about addresses."""

    resolve: Callable[[str], Sequence[str]] = _resolve
    connect: Callable[[str, str], socket.socket] = _connect


def is_public_address(text: str) -> bool:
    """Whether an address is one of the whole world's: not private, of this machine or its cloud, shared or wrapped."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public_address(str(address.ipv4_mapped))
        if address.scope_id or any(address in network for network in _NETWORKS):
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def post_to_hook(url: str, body: str, door: Door) -> HookAnswer:
    """POST JSON once. Raises `HookRefused` for what is no public https address, `HookDelayed` when nobody answers."""
    parts = urlsplit(clean_hook(url))
    host = parts.hostname or ""
    if not host:
        raise HookRefused("This is no https address under a public name.")
    connection = http.client.HTTPConnection(host, HTTPS_PORT, timeout=CONNECT_S)
    watch: Timer | None = None
    try:
        connection.sock = opened = door.connect(_public_address(host, door), host)
        watch = Timer(WHOLE_S, _hang_up, [opened])  # who sends a byte now and then keeps nobody waiting
        watch.daemon = True
        watch.start()
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        headers = {"Host": host, "Content-Type": "application/json", "User-Agent": "neighborhood-case-tracker"}
        connection.request("POST", path, body.encode(), headers)
        answer = connection.getresponse()
        return HookAnswer(answer.status, answer.read(MOST_ANSWER_BYTES).decode("utf-8", "replace"))
    except (OSError, http.client.HTTPException) as why:
        raise HookDelayed(f"The other system did not answer: {type(why).__name__}") from why
    finally:
        if watch is not None:
            watch.cancel()
        connection.close()


def _public_address(host: str, door: Door) -> str:
    """The address to connect to; one that is not public among them refuses them all."""
    addresses = list(door.resolve(host))
    if not addresses or not all(is_public_address(one) for one in addresses):
        raise HookRefused("This name does not lead to a public address.")
    return addresses[0]


def _hang_up(opened: socket.socket) -> None:
    try:
        opened.shutdown(socket.SHUT_RDWR)
    except OSError:
        opened.close()
