"""Pages that could not be written, each at no cost to the others."""

from __future__ import annotations

import errno
from collections import defaultdict
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from warehouse.errors import WarehouseError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

_Item = TypeVar("_Item")
_MOST_PAGES = 3
_OF_THE_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})


class PageFault(NamedTuple):
    """A page, list or report that could not be written.

    Attributes:
        page: Its path in the home folder, or what it is about.
        error: Type of the error; its message may contain words of a call.
    """

    page: str
    error: str


class PageFaults(list[PageFault]):
    """What could not be written so far."""

    @contextmanager
    def isolated(self, page: str) -> Iterator[None]:
        """Note an unforeseen error of one page and go on.

        Errors that name a remedy, and those of the disk, which every page would meet, pass through.
        """
        try:
            yield
        except WarehouseError:
            raise
        except Exception as error:  # an error of one page must not cost another
            if isinstance(error, OSError) and error.errno in _OF_THE_DISK:
                raise
            self.append(PageFault(page, type(error).__name__))

    def written_whole(
        self, page: str, items: Sequence[_Item], write: Callable[[Sequence[_Item]], object]
    ) -> None:
        """Write a page of many items; one that breaks it is left out and noted by its name.

        Args:
            page: Name of the page.
            items: What it lists.
            write: Writes the page with some of the items.
        """
        attempt = PageFaults()
        with attempt.isolated(page):
            write(items)
        if not attempt:
            return
        whole = []
        for item in items:
            with self.isolated(f"{page}, {item}"):
                write([item])
                whole.append(item)
        with self.isolated(page):
            write(whole)


def told(faults: Iterable[PageFault]) -> Iterator[tuple[int, str]]:
    """Number of pages and what to say of them, one sentence per type of error."""
    by_error: dict[str, list[str]] = defaultdict(list)
    for page, error in faults:
        by_error[error].append(page)
    for error, pages in by_error.items():
        more = f" and {len(pages) - _MOST_PAGES} more" if len(pages) > _MOST_PAGES else ""
        yield (
            len(pages),
            (
                f"{len(pages)} pages could not be written ({error}:"
                f" {', '.join(pages[:_MOST_PAGES])}{more}); all others are. Please report it"
            ),
        )
