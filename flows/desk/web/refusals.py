"""What people read where a request is refused."""

from __future__ import annotations

from flows.desk.web.navigation import N_

_TEXTS = {
    403: (N_("Not for you"), N_("Your role may not see or do this. Ask whoever manages accounts.")),
    404: (N_("Not found"), N_("There is no such page, or no such call that you may see.")),
    409: (
        N_("Someone else got there first"),
        N_("It was changed in the meantime. Look at it again."),
    ),
    503: (N_("Nothing is published yet"), N_("Come back after the first run.")),
}
_OTHERS = (N_("This did not work"), N_("Go back and try again."))


def refusal(status: int) -> dict[str, str]:
    """Title and explanation of a status, messages of the catalogues."""
    title, what = _TEXTS.get(status, _OTHERS)
    return {"title": title, "what": what}
