"""Whether the addresses that sources are given with still answer."""

from django.db import models


class LinkCheck(models.Model):
    """The newest look at one address. fault: what was wrong, in words for staff; empty where it answered."""

    address = models.URLField("Adresse", max_length=500, unique=True)
    checked_at = models.DateTimeField("geprüft am")
    fault = models.CharField("was nicht stimmt", max_length=200, blank=True)

    class Meta:
        verbose_name = "Prüfung einer Adresse"
        verbose_name_plural = "Prüfungen von Adressen"
        ordering = ["address"]

    def __str__(self):
        return self.address
