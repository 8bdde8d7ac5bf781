"""How many wrong tries one address has, so that nobody tries passwords by the thousand. Kept in memory, by each front door for itself."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

_MOST_ADDRESSES = 10_000
_IPV6_NETWORK = 64  # bits; one household or office has the addresses of a whole network


@dataclass
class TryLimiter:
    """Lets an address try ``most`` times within ``span``; what succeeded does not count."""

    most: int = 20
    span: timedelta = timedelta(minutes=10)
    _tries: OrderedDict[str, deque[datetime]] = field(default_factory=OrderedDict)

    def take(self, address: str, *, now: datetime) -> timedelta | None:
        """Count a try and return None, or how long to wait when there were too many."""
        key = _network(address)
        tries = self._tries.setdefault(key, deque())
        self._tries.move_to_end(key)
        while tries and now - tries[0] >= self.span:
            tries.popleft()
        if len(tries) >= self.most:
            return tries[0] + self.span - now
        tries.append(now)
        # Memory stays bounded when somebody comes from very many addresses; the oldest are forgotten.
        while len(self._tries) > _MOST_ADDRESSES:
            self._tries.popitem(last=False)
        return None

    def give_back(self, address: str) -> None:
        """Forget the last try, which succeeded."""
        tries = self._tries.get(_network(address))
        if tries:
            tries.pop()


def _network(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((int(parsed), _IPV6_NETWORK), strict=False))
