"""Words whose time is over are erased; the events beside them stay, and their chain verifies."""

from __future__ import annotations

from django.db import transaction
from django.utils.timezone import localtime

from jicha.casework import clock
from jicha.casework.journal import Actor, Entry, open_case, write
from jicha.casework.models import FreeText


def erase_texts() -> int:
    """Erases every text past its retention period; how many. The journal says how many, and none of what they said."""
    moment = clock.now()
    with transaction.atomic():
        over = FreeText.objects.filter(keep_until__lte=localtime(moment).date(), erased_at__isnull=True)
        erased = over.update(text="", salt="", erased_at=moment)
        if erased:
            case = open_case("texts", "texts")
            write(case, Actor(system="clock"), Entry("erase_texts", "texts", "texts", data={"count": erased}))
    return erased
