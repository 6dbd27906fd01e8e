"""Long lists page by page, with addresses that stay."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request

PER_PAGE = 50
_LAST = 100_000


@dataclass(frozen=True, slots=True)
class Paging:
    """Which page of how many things; `argument` is the address's argument that names the page."""

    number: int
    total: int
    per_page: int = PER_PAGE
    argument: str = "page"
    anchor: str = ""

    @classmethod
    def read(cls, total: int, per_page: int = PER_PAGE, argument: str = "page", anchor: str = "") -> Paging:
        """The page that the request asks for; a number past the end is the last page."""
        asked = request.args.get(argument, 1, type=int) or 1
        last = max(1, -(-total // per_page))
        return cls(min(max(1, asked), last, _LAST), total, per_page, argument, anchor)

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.per_page))

    @property
    def offset(self) -> int:
        """How many things come before this page."""
        return (self.number - 1) * self.per_page

    @property
    def first(self) -> int:
        """The place in the list of this page's first thing, from 1; 0 where there is none."""
        return min(self.offset + 1, self.total)

    @property
    def last(self) -> int:
        """The place in the list of this page's last thing."""
        return min(self.offset + self.per_page, self.total)

    def address(self, number: int) -> str:
        """The address of another page of this list."""
        kept = [(k, v) for k, v in request.args.items(multi=True) if k != self.argument]
        arguments = urlencode([*kept, (self.argument, number)] if number > 1 else kept)
        return f"?{arguments}{self.anchor}"
