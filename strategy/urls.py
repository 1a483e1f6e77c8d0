from django.urls import path, re_path
from django.views.generic import RedirectView

from strategy import bodies_pages, feeds, views

app_name = "strategy"

urlpatterns = [
    path("strategie/", views.Overview.as_view(), name="overview"),
    # leitlinien/
    path("leitlinien/", views.Guidelines.as_view(), name="guidelines"),
    path("leitlinien/<int:number>/", views.GuidelinePage.as_view(), name="guideline"),
    # prioritaeten/
    path("prioritaeten/", views.Priorities.as_view(), name="priorities"),
    path("prioritaeten/<int:number>/", views.PriorityPage.as_view(), name="priority"),
    # querschnittsthemen/
    path("querschnittsthemen/", views.Themes.as_view(), name="themes"),
    path("querschnittsthemen/<int:number>/", views.ThemePage.as_view(), name="theme"),
    # handlungsfelder/
    path("handlungsfelder/", views.Fields.as_view(), name="fields"),
    path("handlungsfelder/<int:number>/", views.FieldPage.as_view(), name="field_by_number"),
    path("handlungsfelder/<int:number>-<slug:slug>/", views.FieldPage.as_view(), name="field"),
    # unterthemen/
    path("unterthemen/<int:field>.<int:number>/", views.SubtopicPage.as_view(), name="subtopic_by_number"),
    path("unterthemen/<int:field>.<int:number>-<slug:slug>/", views.SubtopicPage.as_view(), name="subtopic"),
    # gremium/
    path("gremium/", bodies_pages.BodiesPage.as_view(), name="bodies"),
    path("gremium/sitzungen/", RedirectView.as_view(pattern_name="strategy:bodies", permanent=True)),
    path("gremium/sitzungen.ics", feeds.calendar, name="meetings_calendar"),
    re_path(r"^gremium/sitzungen/(?P<day>\d{4}-\d{2}-\d{2})/$", bodies_pages.MeetingPage.as_view(), name="meeting"),
    # kapitel/
    path("kapitel/<slug:slug>/", views.ChapterPage.as_view(), name="chapter"),
]
