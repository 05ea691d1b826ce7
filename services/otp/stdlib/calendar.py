"""`calendar`: the Gregorian calendar from year 0 on, without time zones."""

from datetime import date, timedelta

from otp.export import export
from otp.stdlib.arguments import fail, integer, is_number
from otp.terms.types import BADARITH, FUNCTION_CLAUSE, Atom, Term

DAY = 86_400
MONTHS = 12
# The calendar repeats itself after 400 years. Python's starts with year 1, so years 2000 to 2399 stand for any other.
CYCLE_YEARS = 400
CYCLE_DAYS = 146_097
_CYCLE = date(2000, 1, 1)


@export("calendar:date_to_gregorian_days({2024,2,29})", idempotent=True)
def date_to_days(date: Term) -> Term:
    """The days from {0,1,1} to a date."""
    return date_to_gregorian_days(*_parts(date, 3))


@export("calendar:date_to_gregorian_days(2024,2,29)", idempotent=True)
def date_to_gregorian_days(year: Term, month: Term, day: Term) -> int:
    """The days from {0,1,1} to a date given as three numbers."""
    cycle, standing = _standing(year, month, day)
    return cycle * CYCLE_DAYS + (standing - _CYCLE).days


@export("calendar:datetime_to_gregorian_seconds({{2024,2,29},{12,0,0}})", idempotent=True)
def datetime_to_gregorian_seconds(datetime: Term) -> Term:
    """The seconds from {{0,1,1},{0,0,0}} to a date and time."""
    day, time = _parts(datetime, 2)
    return DAY * date_to_gregorian_days(*_parts(day, 3)) + time_to_seconds(time)


@export("calendar:day_of_the_week({2024,2,29})", idempotent=True)
def day_of_the_week_of_date(date: Term) -> Term:
    """The day of the week of a date, 1 for Monday to 7."""
    return day_of_the_week(*_parts(date, 3))


@export("calendar:day_of_the_week(2024,2,29)", idempotent=True)
def day_of_the_week(year: Term, month: Term, day: Term) -> Term:
    """The day of the week of a date given as three numbers, 1 for Monday to 7."""
    return _standing(year, month, day)[1].isoweekday()


@export("calendar:gregorian_days_to_date(739310)", idempotent=True)
def gregorian_days_to_date(days: Term) -> Term:
    """The date that is a number of days after {0,1,1}."""
    cycle, rest = divmod(_not_negative(days), CYCLE_DAYS)
    standing = _CYCLE + timedelta(days=rest)
    return (_year(cycle, standing.year), standing.month, standing.day)


@export("calendar:gregorian_seconds_to_datetime(63876427200)", idempotent=True)
def gregorian_seconds_to_datetime(seconds: Term) -> Term:
    """The date and time that are a number of seconds after {{0,1,1},{0,0,0}}."""
    days, rest = divmod(_not_negative(seconds), DAY)
    return (gregorian_days_to_date(days), seconds_to_time(rest))


@export("calendar:is_leap_year(2024)", idempotent=True)
def is_leap_year(year: Term) -> bool:
    """Whether a year has 366 days."""
    return last_day_of_the_month(year, 2) == 29


@export("calendar:iso_week_number({2024,2,29})", idempotent=True)
def iso_week_number(date: Term) -> Term:
    """The {Year,Week} of a date by ISO 8601."""
    cycle, standing = _standing(*_parts(date, 3))
    year, week, _ = standing.isocalendar()
    return (integer(_year(cycle, year), FUNCTION_CLAUSE, least=0), week)


@export("calendar:last_day_of_the_month(2024,2)", idempotent=True)
def last_day_of_the_month(year: Term, month: Term) -> int:
    """How many days a month of a year has."""
    standing = _CYCLE.year + integer(year, FUNCTION_CLAUSE, least=0) % CYCLE_YEARS
    number = integer(month, FUNCTION_CLAUSE, least=1, most=MONTHS)
    following = date(standing + number // MONTHS, number % MONTHS + 1, 1)
    return (following - timedelta(days=1)).day


@export("calendar:seconds_to_daystime(-1)", idempotent=True)
def seconds_to_daystime(seconds: Term) -> Term:
    """The {Days,Time} of a number of seconds; the days may be negative, the time is not."""
    days, rest = divmod(integer(seconds, BADARITH), DAY)
    return (days, seconds_to_time(rest))


@export("calendar:seconds_to_time(3661)", idempotent=True)
def seconds_to_time(seconds: Term) -> Term:
    """The {Hour,Minute,Second} of a number of seconds less than a day."""
    if not is_number(seconds) or not 0 <= seconds < DAY:
        fail(FUNCTION_CLAUSE)
    minutes, second = divmod(integer(seconds, BADARITH), 60)
    return (minutes // 60, minutes % 60, second)


@export("calendar:time_to_seconds({1,1,1})", idempotent=True)
def time_to_seconds(time: Term) -> int:
    """The seconds from midnight to {Hour,Minute,Second}."""
    hour, minute, second = (integer(part, FUNCTION_CLAUSE) for part in _parts(time, 3))
    return hour * 3600 + minute * 60 + second


@export("calendar:valid_date({2023,2,29})", idempotent=True)
def valid_date_of(date: Term) -> bool:
    """Whether there is such a date."""
    return valid_date(*_parts(date, 3))


@export("calendar:valid_date(2023,2,29)", idempotent=True)
def valid_date(year: Term, month: Term, day: Term) -> bool:
    """Whether three numbers are a date."""
    y, m, d = (integer(part, FUNCTION_CLAUSE) for part in (year, month, day))
    return y >= 0 and 1 <= m <= MONTHS and 1 <= d <= last_day_of_the_month(y, m)


def _parts(term: Term, count: int) -> tuple[Term, ...]:
    return term if isinstance(term, tuple) and len(term) == count else fail(FUNCTION_CLAUSE)


def _standing(year: Term, month: Term, day: Term) -> tuple[int, date]:
    """The number of the 400 years a date is in, and the date that stands for it."""
    number = integer(day, FUNCTION_CLAUSE, least=1)
    if number > last_day_of_the_month(year, month):
        fail(Atom("if_clause"))
    cycle, rest = divmod(integer(year), CYCLE_YEARS)
    return cycle, date(_CYCLE.year + rest, integer(month), number)


def _year(cycle: int, standing: int) -> int:
    return cycle * CYCLE_YEARS + standing - _CYCLE.year


def _not_negative(term: Term) -> int:
    """Only a number can be less than 0; anything else fails in the arithmetic that follows."""
    if is_number(term) and term < 0:
        fail(FUNCTION_CLAUSE)
    return integer(term, BADARITH)
