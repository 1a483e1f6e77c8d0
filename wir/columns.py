"""Kinds of columns: euro as integer cents, full-time equivalents, and dates as exact as they are known.

SQLite computes decimals in binary floating point, so every amount that is summed or compared is an integer there.
"""

from datetime import date
from decimal import Decimal, InvalidOperation

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models.functions import Substr

from wir.lib.periods import Period

CENT = Decimal("0.01")


class HundredthsField(models.BigIntegerField):
    """A Decimal with two places in Python, an integer number of hundredths in the database."""

    def from_db_value(self, value, expression, connection):
        return None if value is None else Decimal(value).scaleb(-2)

    def to_python(self, value):
        if value is None or value == "":
            return None
        try:
            number = Decimal(value)
        except (InvalidOperation, TypeError, ValueError):
            raise ValidationError("„%(value)s“ ist keine Zahl.", params={"value": value}) from None
        if not number.is_finite() or abs(number) >= 10**13 or number != number.quantize(CENT):
            raise ValidationError("Höchstens zwei Stellen nach dem Komma: „%(value)s“.", params={"value": value})
        return number.quantize(CENT)

    def get_prep_value(self, value):
        value = self.to_python(value)
        return None if value is None else int(value.scaleb(2))

    def value_to_string(self, obj):
        value = self.value_from_object(obj)
        return "" if value is None else str(value)

    @property
    def validators(self):
        return self._validators  # the range of the integer column says nothing about the Decimal

    def formfield(self, **kwargs):
        return models.Field.formfield(
            self, **{"form_class": forms.DecimalField, "max_digits": 13, "decimal_places": 2, "localize": True} | kwargs
        )


class EuroField(HundredthsField):
    """An amount in euro."""


class FullTimeField(HundredthsField):
    """Staff in full-time equivalents: 0.50 is a half-time post for the whole year."""


class PeriodFormField(forms.CharField):
    """One text field for a year, a quarter, a month or a day."""

    def prepare_value(self, value):
        return str(value) if isinstance(value, Period) else value

    def to_python(self, value):
        if isinstance(value, Period) or value is None:
            return value
        text = super().to_python(value)
        if not text:
            return None
        try:
            return Period.read(text)
        except ValueError:
            raise ValidationError(
                f"„{text}“ ist kein Zeitpunkt. Möglich sind: 2026, 2026-Q2, 03/2026 oder 05.03.2026."
            ) from None

    def has_changed(self, initial, data):
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


class PeriodField(models.CharField):
    """A Period. Stored as one of its days and its precision ("2026-12-31/year"), so that text order is date order.

    edge: which day is stored, "first" for beginnings, "last" for ends and deadlines. A date compares with that day.
    """

    def __init__(self, *args, edge="first", **kwargs):
        self.edge = edge
        super().__init__(*args, **{"max_length": 18, "null": True, "blank": True} | kwargs)
        # The length of the stored text says nothing about the Period
        self.validators = [each for each in self.validators if not isinstance(each, MaxLengthValidator)]

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"edge": self.edge, "null": self.null, "blank": self.blank}

    def from_db_value(self, value, expression, connection):
        return Period.stored(value) if value else None

    def to_python(self, value):
        if value is None or value == "" or isinstance(value, Period):
            return value or None
        try:
            return Period.read(value)
        except ValueError:
            raise ValidationError("„%(value)s“ ist kein Zeitpunkt.", params={"value": value}) from None

    def get_prep_value(self, value):
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, str) and value.startswith("/"):  # "/year": asks for a precision
            return value
        value = self.to_python(value)
        return f"{getattr(value, self.edge).isoformat()}/{value.precision}" if value else None

    def value_to_string(self, obj):
        value = self.value_from_object(obj)
        return str(value) if value else ""

    def formfield(self, **kwargs):
        kwargs.pop("widget", None)
        return models.Field.formfield(self, **{"form_class": PeriodFormField} | kwargs)


def day_of(name):
    """The stored day of a PeriodField without its precision: an end in July 2026 is not before the third quarter."""
    return Substr(name, 1, 10)
