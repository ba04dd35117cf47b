"""Where another program runs: on this machine, in its own network, or elsewhere."""

from contextlib import suppress
from ipaddress import ip_address


def here(host: str) -> bool:
    """Tell whether this is a socket or an address of this machine."""
    if host.startswith("/") or host == "localhost":
        return True
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return False


def near(host: str) -> bool:
    """Tell whether it is on this machine, or in its own network under a name without dots."""
    return here(host) or ("." not in host and ":" not in host)
