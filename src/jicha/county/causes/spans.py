"""Causes in the days a bill covers: customers change their book, and days are left out or charged twice."""

from __future__ import annotations

from datetime import date, timedelta

from jicha.county.chance import day_before
from jicha.county.founding.customer import mid_month_day
from jicha.county.place import Kind, Place, fits_anybody
from jicha.county.story import Story
from jicha.county.tables import PlannedCause
from jicha.county.world import Book, Customer
from jicha.kernel.period import Month, month_of
from jicha.kernel.text import Text

# Second part of the numbers of books that are made when customers move, by kind; before it "07", which no
# numbered book begins with.
_MOVED_BOOKS = {"days_left_out": "1", "days_charged_twice": "2", "book_changed": "3"}


class BookChanged(Story):
    """Customers move to another reader's book; their bills follow each other day by day."""

    def __init__(self, plan: PlannedCause, customer: Customer, book: Book, month: Month) -> None:
        before = customer.book
        customer.moved, customer.book = (before, month), book
        note = Text(
            en=f"moved from book {before.book_id} to {book.book_id} in {month}",
            zh=f"{month} 由抄表段 {before.book_id} 调入 {book.book_id}",
        )
        super().__init__(plan, month.first, month.next.first, note)


class FirstBillShifted(BookChanged):
    """The new reader's first bill, that of `billed`, does not begin where the last reader's ended.

    It begins on `from_on`, with the register of the eve: later, and the days from `due_on` on are in no bill;
    or earlier, and the days until `due_on` are in two."""

    def __init__(
        self, plan: PlannedCause, customer: Customer, book: Book, billed: Month, from_on: date, due_on: date
    ) -> None:
        super().__init__(plan, customer, book, Month.parse(due_on))
        left_out = from_on > due_on
        self.valid_from, self.valid_to = min(from_on, due_on), max(from_on, due_on)
        what = Text(en="in no bill", zh="漏计") if left_out else Text(en="in two bills", zh="重复计费")
        self.note = Text(
            en=f"{self.note.en}; days {self.valid_from} until {self.valid_to} {what.en}",
            zh=f"{self.note.zh};{self.valid_from} 至 {self.valid_to}(不含){what.zh}",
        )
        self._billed, self._from_on = billed, from_on
        self._passed_over = Month.parse(due_on) if billed != Month.parse(due_on) else None
        self.marked_days = frozenset({day_before(from_on)})

    def passed_over(self, month: Month) -> bool:
        return month == self._passed_over

    def billed_from(self, month: Month) -> date | None:
        return self._from_on if month == self._billed else None


def _tell_left_out(place: Place) -> Story:
    """The first half of a month, or, in the other variant, a month as a whole."""
    together = place.together()
    due = place.month(1, 2, together)
    billed, from_on = due, mid_month_day(together, due)
    if place.wish.days is not None:
        from_on = due.first + timedelta(days=place.length(1, 2, together))
    if (place.variant == 1 and place.wish.days is None) or from_on > due.last:
        billed, from_on = due.next, due.next.first
    return FirstBillShifted(place.plan, place.customer, _new_book(place), billed, from_on, due.first)


def _tell_twice(place: Place) -> Story:
    together = place.together()
    due = place.month(2, 1, together)
    from_on = mid_month_day(together, due.previous)
    if place.wish.onset is not None:
        from_on = place.onset(1, 2, together)
        from_on = from_on if from_on.day > 1 else from_on.replace(day=2)
        due = month_of(from_on).next
    elif place.wish.days is not None:
        days = min(place.length(1, 2, together), due.previous.days - 1)
        from_on = due.first - timedelta(days=days)
    return FirstBillShifted(place.plan, place.customer, _new_book(place), due, from_on, due.first)


def _tell_book_changed(place: Place) -> Story:
    month = place.month(1, 1, place.together())
    return BookChanged(place.plan, place.customer, _new_book(place), month)


def _new_book(place: Place) -> Book:
    """The book of the customers that move together, made for the first of them."""
    number = f"07{_MOVED_BOOKS[place.plan.kind]}{place.turn:02d}"
    before = place.customer.book
    book_id = f"{before.org_id}{number}"
    made = place.station.books[-1]
    if made.book_id != book_id:
        readers = place.city.staff_of(before.org_id, "抄表员")
        another = next(
            (each.staff_id for each in readers if each.staff_id != before.reader_id), before.reader_id
        )
        made = Book(book_id, before.org_id, another, before.issue_day)
        place.station.books.append(made)
    return made


KINDS = {
    "days_left_out": Kind(fits_anybody, _tell_left_out, group=2),
    "days_charged_twice": Kind(fits_anybody, _tell_twice, group=2),
    "book_changed": Kind(fits_anybody, _tell_book_changed, group=3),
}
