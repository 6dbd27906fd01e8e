"""Who asks: the client of the request at hand, and whether it is still there."""

from __future__ import annotations

import ipaddress
import select
import socket
from dataclasses import dataclass

from flask import has_request_context, request

_GONE = select.POLLHUP | select.POLLERR | getattr(select, "POLLRDHUP", 0)


@dataclass(frozen=True, slots=True)
class Client:
    """A client: the network that its fair share is counted by, and its connection where there is one."""

    network: str = ""
    connection: socket.socket | None = None

    def gone(self) -> bool:
        """Whether the client has closed its connection."""
        if self.connection is None:
            return False
        poll = select.poll()
        try:
            poll.register(self.connection, _GONE)
            return any(event & (_GONE | select.POLLNVAL) for _, event in poll.poll(0))
        except (OSError, ValueError):
            return True


def current_client() -> Client:
    """The client of the current request; one without address outside requests."""
    if not has_request_context():
        return Client()
    return Client(network(request.remote_addr or ""), request.environ.get("gunicorn.socket"))


def network(address: str) -> str:
    """What counts as one client: an IPv4 address, or the /64 network of an IPv6 one."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(parsed.ipv4_mapped or ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
