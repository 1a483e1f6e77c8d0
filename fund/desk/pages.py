"""The task pages of one admin site and their addresses."""

from django.urls import path
from django.views.decorators.http import require_safe

from fund.desk import acting, case, deciding, entering, queue


def urls(site):
    page = site.page

    def read(view):
        """A page that only shows."""
        return site.admin_view(require_safe(lambda request, *args, **kwargs: view(site, request, *args, **kwargs)))

    return [
        # fonds/
        path("fonds/", read(queue.show_queue), name="fund_desk"),
        path("fonds/entscheiden/", read(deciding.show_decisions), name="fund_team_decisions"),
        path("fonds/eingeben/", page(entering.enter), name="fund_enter"),
        path("fonds/eingeben/<int:pk>/", read(entering.entered), name="fund_entered"),
        # fonds/<pk>/: one case
        path("fonds/<int:pk>/", read(case.show_case), name="fund_case"),
        path("fonds/<int:pk>/akte/", read(case.give_bundle), name="fund_bundle"),
        path("fonds/<int:pk>/<slug:name>/", page(acting.act), name="fund_act"),
        path("fonds/<int:pk>/<slug:name>/<int:part>/", page(acting.act), name="fund_act_on"),
    ]
