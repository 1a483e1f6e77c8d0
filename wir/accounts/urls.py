"""/konto/: what the portal itself brings; signing in and its pages come from allauth."""

from django.urls import path

from wir.accounts import views

urlpatterns = [
    path("einladung/<slug:secret>/", views.invitation, name="invitation"),
]
