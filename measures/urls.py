from django.urls import path

from measures import changes, exports, feeds, progress, views

app_name = "measures"

urlpatterns = [
    # massnahmen/
    path("massnahmen/", views.MeasureList.as_view(), name="list"),
    path("massnahmen.csv", exports.csv_list, name="csv"),
    path("massnahmen.json", exports.json_list, name="json"),
    path("massnahmen.atom", feeds.atom, name="atom"),
    path("massnahmen.ics", feeds.calendar, name="calendar"),
    path("massnahmen/<int:number>/", views.MeasurePage.as_view(), name="measure_by_number"),
    path("massnahmen/<int:number>-<slug:slug>/", views.MeasurePage.as_view(), name="measure"),
    path("massnahmen/<int:number>-<slug:slug>.json", exports.json_measure, name="measure_json"),
    # umsetzung/
    path("umsetzung/", progress.ProgressPage.as_view(), name="progress"),
    path("umsetzung/aenderungen/", changes.ChangesPage.as_view(), name="changes"),
    # stadtbezirke/
    path("stadtbezirke/", views.DistrictList.as_view(), name="districts"),
    path("stadtbezirke/<int:number>/", views.DistrictPage.as_view(), name="district_by_number"),
    path("stadtbezirke/<int:number>-<slug:slug>/", views.DistrictPage.as_view(), name="district"),
]
