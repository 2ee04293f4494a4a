"""The energy of a bill: which meter from which register to which, at which multiplier."""

from __future__ import annotations

from datetime import date

from jicha.county.chance import day_before
from jicha.county.metering.use import MeterUse, MonthOfUse
from jicha.county.office.account import Account, Reading
from jicha.county.office.bills import Indices, Part, energy
from jicha.county.story import ORDINARY
from jicha.county.tariff.terms import RATES, TOTAL
from jicha.county.world import Installation, units
from jicha.kernel.period import Month


def energy_parts(account: Account, lived: MonthOfUse, reading: Reading) -> list[Part]:
    """One part per meter, two where the multiplier on file changes, one for each rate of a meter by rates; moves
    the account's billed position on.

    The last meter is billed up to the reading as written, a meter taken off to its last register."""
    story = account.customer.story or ORDINARY
    if lived.meters[-1].to_rates:
        return _parts_by_rates(account, lived)
    parts = _lingering_parts(account, lived)
    from_on = story.billed_from(lived.month)
    if from_on is not None:
        account.billed_position = account.marks[day_before(from_on)]
    for meter in lived.meters:
        account.turn_to(meter)
        if meter is not lived.meters[-1]:
            parts.append(_part_of_removed(account, lived.month, meter))
        else:
            parts += _parts_of_present(account, lived.month, meter, reading)
    return parts


def _parts_by_rates(account: Account, lived: MonthOfUse) -> list[Part]:
    """Four registers a meter, read from the display; a multiplier refiled holds from its month on."""
    story = account.customer.story or ORDINARY
    refiling = story.refiling(lived.month)
    parts = []
    for meter in lived.meters:
        account.turn_to(meter)
        installation = meter.installation
        if refiling is not None and meter is lived.meters[-1]:
            installation.filed_multiplier = refiling.multiplier
        if account.customer.terms_filed_on(date.fromordinal(lived.first)).is_time_of_use:
            for rate, before, after in zip(RATES, meter.from_rates, meter.to_rates, strict=True):
                parts.append(_part(installation, rate, before, after))
        else:
            parts.append(_part(installation, TOTAL, meter.from_position, meter.to_position))
        account.billed_position = meter.to_position
    return parts


def _lingering_parts(account: Account, lived: MonthOfUse) -> list[Part]:
    """What a meter that was taken off in an earlier month is still billed."""
    story, gone = account.customer.story or ORDINARY, account.taken_off
    advance = story.lingering_advance(lived.month)
    if advance is None or gone is None:
        return []
    before, gone.billed_position = gone.billed_position, gone.billed_position + advance
    return [_part(gone.installation, TOTAL, before, gone.billed_position)]


def _part_of_removed(account: Account, month: Month, meter: MeterUse) -> Part:
    story = account.customer.story or ORDINARY
    advance = story.lingering_advance(month)
    before = account.billed_position
    account.billed_position = meter.to_position if advance is None else before + advance
    return _part(meter.installation, TOTAL, before, account.billed_position)


def _parts_of_present(account: Account, month: Month, meter: MeterUse, reading: Reading) -> list[Part]:
    story = account.customer.story or ORDINARY
    parts = []
    refiling = story.refiling(month)
    if refiling is not None:
        before, account.billed_position = account.billed_position, account.marks[day_before(refiling.on)]
        if account.billed_position != before:
            parts.append(_part(meter.installation, TOTAL, before, account.billed_position))
        meter.installation.filed_multiplier = refiling.multiplier
    indices = _indices_read(account, month, meter, reading)
    kwh = energy(indices)
    keyed = story.keyed_kwh(month, kwh)
    parts.append(Part(TOTAL, indices, kwh if keyed is None else keyed))
    _bill_up_to(account, meter, reading)
    return parts


def _indices_read(account: Account, month: Month, meter: MeterUse, reading: Reading) -> Indices:
    """From the index billed last, or the one keyed for it, to the register as written."""
    story, modulus = account.customer.story or ORDINARY, meter.installation.modulus
    previous = account.billed_position % modulus
    keyed = story.keyed_start(month, previous, reading.register)
    turns = meter.to_position // modulus > account.billed_position // modulus
    return Indices(
        previous=units(previous if keyed is None else keyed),
        current=units(reading.register),
        digits=meter.installation.digits,
        turned_over=turns and not reading.is_wrong,
        multiplier=meter.installation.filed_multiplier,
        meter_id=meter.installation.meter_id,
    )


def _bill_up_to(account: Account, meter: MeterUse, reading: Reading) -> None:
    """The next bill begins at the register written, unless that is lower than the one billed before."""
    if not reading.is_wrong:
        account.billed_position = meter.to_position
        return
    written_on = reading.register - account.billed_position % meter.installation.modulus
    account.billed_position += max(written_on, 0)


def _part(installation: Installation, rate: str, from_position: int, to_position: int) -> Part:
    modulus = installation.modulus
    indices = Indices(
        previous=units(from_position % modulus),
        current=units(to_position % modulus),
        digits=installation.digits,
        turned_over=to_position // modulus > from_position // modulus,
        multiplier=installation.filed_multiplier,
        meter_id=installation.meter_id,
    )
    return Part(rate, indices, energy(indices))
