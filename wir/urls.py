"""The site map. Public pages live below their language; path words are German, because flyers carry them."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from wir import views
from wir.sitemap import sitemap

urlpatterns = [
    path("", views.choose_language, name="choose_language"),
    path("sitemap.xml", sitemap, name="sitemap"),
    path("robots.txt", views.robots, name="robots"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("admin/", admin.site.urls),
    path("konto/", include("wir.accounts.urls")),
    path("konto/", include("allauth.urls")),
]

# /<lang>/
urlpatterns += i18n_patterns(
    path("", views.Home.as_view(), name="home"),
    path("uebersetzungen/", views.Translations.as_view(), name="translations"),
    path("inhalt/", views.Contents.as_view(), name="contents"),
    path("impressum/", views.AboutPage.as_view(key="impressum"), name="imprint"),
    path("datenschutz/", views.AboutPage.as_view(key="datenschutz"), name="privacy"),
    path("barrierefreiheit/", views.Accessibility.as_view(), name="accessibility"),
    path("barriere-melden/", views.ReportBarrier.as_view(), name="report_barrier"),
    path("leichte-sprache/", views.AboutPage.as_view(key="leichte-sprache"), name="plain_language"),
    path("gebaerdensprache/", views.AboutPage.as_view(key="gebaerdensprache"), name="sign_language"),
    path("", include("strategy.urls")),
    path("", include("measures.urls")),
    path("", include("fund.urls")),
    prefix_default_language=True,
)

handler400 = "wir.views.bad_request"
handler403 = "wir.views.forbidden"
handler404 = "wir.views.not_found"
handler500 = "wir.views.server_error"
handler429 = "wir.accounts.too_many.too_many"  # allauth asks for it by this name
