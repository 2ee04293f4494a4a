"""The energy lines of a bill: which meter from which register to which, at which multiplier."""

from __future__ import annotations

from decimal import Decimal

from jicha.county.account import Account, Reading, TakenOff
from jicha.county.biller import BillLine, Indices, energy, energy_line
from jicha.county.chance import day_before
from jicha.county.metering import MeterUse, MonthOfUse
from jicha.county.story import ORDINARY
from jicha.county.world import Installation, units
from jicha.kernel.period import Month


def energy_lines(account: Account, lived: MonthOfUse, reading: Reading, price: Decimal) -> list[BillLine]:
    """One line per meter, two where the multiplier on file changes; moves the account's billed position on.

    The last meter is billed up to the reading as written, a meter taken off to its last register."""
    story = account.customer.story or ORDINARY
    lines = _lingering_lines(account, lived, price)
    from_on = story.billed_from(lived.month)
    if from_on is not None:
        account.billed_position = account.marks[day_before(from_on)]
    for meter in lived.meters:
        _turn_to(account, meter.installation)
        if meter is not lived.meters[-1]:
            lines.append(_line_of_removed(account, lived.month, meter, price))
        else:
            lines += _lines_of_present(account, lived.month, meter, reading, price)
    return lines


def _lingering_lines(account: Account, lived: MonthOfUse, price: Decimal) -> list[BillLine]:
    """The line of a meter that was taken off in an earlier month and is still billed."""
    story, gone = account.customer.story or ORDINARY, account.taken_off
    advance = story.lingering_advance(lived.month)
    if advance is None or gone is None:
        return []
    before, gone.billed_position = gone.billed_position, gone.billed_position + advance
    return [_line(account, gone.installation, before, gone.billed_position, price)]


def _turn_to(account: Account, installation: Installation) -> None:
    """Begin with a meter's, or its new CT's, start register where another was billed before."""
    if installation is not account.billed_on:
        account.taken_off = TakenOff(account.billed_on, account.billed_position)
        account.billed_on, account.billed_position = installation, installation.start_register


def _line_of_removed(account: Account, month: Month, meter: MeterUse, price: Decimal) -> BillLine:
    story = account.customer.story or ORDINARY
    advance = story.lingering_advance(month)
    before = account.billed_position
    account.billed_position = meter.to_position if advance is None else before + advance
    return _line(account, meter.installation, before, account.billed_position, price)


def _lines_of_present(
    account: Account, month: Month, meter: MeterUse, reading: Reading, price: Decimal
) -> list[BillLine]:
    story = account.customer.story or ORDINARY
    lines = []
    refiling = story.refiling(month)
    if refiling is not None:
        before, account.billed_position = account.billed_position, account.marks[day_before(refiling.on)]
        lines.append(_line(account, meter.installation, before, account.billed_position, price))
        meter.installation.filed_multiplier = refiling.multiplier
    indices = _indices_read(account, month, meter, reading)
    kwh = energy(indices)
    keyed = story.keyed_kwh(month, kwh)
    point = account.customer.metering_point_id
    lines.append(energy_line(point, indices, kwh if keyed is None else keyed, price))
    _bill_up_to(account, meter, reading)
    return lines


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


def _line(
    account: Account, installation: Installation, from_position: int, to_position: int, price: Decimal
) -> BillLine:
    modulus = installation.modulus
    indices = Indices(
        previous=units(from_position % modulus),
        current=units(to_position % modulus),
        digits=installation.digits,
        turned_over=to_position // modulus > from_position // modulus,
        multiplier=installation.filed_multiplier,
        meter_id=installation.meter_id,
    )
    return energy_line(account.customer.metering_point_id, indices, energy(indices), price)
