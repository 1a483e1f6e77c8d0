from django.urls import path, re_path

from fund.projects import exports
from fund.views import access, agreement, begin, case, files, form, letters, pages, projects

app_name = "fund"

urlpatterns = [
    # fonds/
    path("fonds/", pages.FundPage.as_view(), name="page"),
    # fonds/brief/: anybody who holds a letter
    path("fonds/brief/", letters.check, name="letter_check"),
    path("fonds/brief/<str:code>/", letters.checked, name="letter_checked"),
    # fonds/projekte/: in public. A reference is written in capitals, as it stands on paper
    path("fonds/projekte/", projects.ProjectList.as_view(), name="projects"),
    path("fonds/projekte.csv", exports.csv_list, name="projects_csv"),
    path("fonds/projekte.json", exports.json_list, name="projects_json"),
    path("fonds/projekte/zahlen/", projects.FundNumbers.as_view(), name="numbers"),
    re_path(
        r"^fonds/projekte/(?P<reference>[Ww][Ii][Rr]-[0-9]{4}-[0-9A-Za-z]{4,12})/$",
        projects.ProjectPage.as_view(),
        name="project",
    ),
    # fonds/antrag/
    path("fonds/antrag/", pages.Start.as_view(), name="start"),
    path("fonds/antrag/beginnen/", begin.begin, name="begin"),
    path("fonds/antrag/code/", begin.code, name="code"),
    path("fonds/antrag/geloescht/", case.erased, name="erased"),
    # fonds/antrag/<secret>/: whoever has the secret
    path("fonds/antrag/<str:secret>/", case.case, name="case"),
    path("fonds/antrag/<str:secret>/zugang/", access.access_page, name="access"),
    path("fonds/antrag/<str:secret>/pruefen/", form.check, name="check"),
    path("fonds/antrag/<str:secret>/senden/", form.submit, name="submit"),
    path("fonds/antrag/<str:secret>/naechste-runde/", form.carry, name="carry"),
    path("fonds/antrag/<str:secret>/unterlagen/", files.files, name="files"),
    path("fonds/antrag/<str:secret>/dateien/<int:pk>/", files.file, name="file"),
    path("fonds/antrag/<str:secret>/quittung/", case.receipt, name="receipt"),
    path("fonds/antrag/<str:secret>/quittung.pdf", case.receipt_pdf, name="receipt_pdf"),
    path("fonds/antrag/<str:secret>/gesendet/", case.sent, name="sent"),
    path("fonds/antrag/<str:secret>/nachrichten/", case.messages, name="messages"),
    path("fonds/antrag/<str:secret>/antwort/", case.answer, name="answer"),
    path("fonds/antrag/<str:secret>/brief/<int:pk>/", letters.letter, name="letter"),
    path("fonds/antrag/<str:secret>/brief/<int:pk>/pdf/", letters.paper, name="letter_paper"),
    path("fonds/antrag/<str:secret>/bestaetigen/", agreement.confirm, name="confirm"),
    path("fonds/antrag/<str:secret>/zurueckziehen/", case.withdraw, name="withdraw"),
    path("fonds/antrag/<str:secret>/wieder-oeffnen/", case.reopen, name="reopen"),
    path("fonds/antrag/<str:secret>/kopieren/", case.copy, name="copy"),
    path("fonds/antrag/<str:secret>/alles/", case.everything, name="everything"),
    path("fonds/antrag/<str:secret>/loeschen/", case.erase, name="erase"),
    # the topics of fund/questions.py; after all addresses with a name of their own
    path("fonds/antrag/<str:secret>/<slug:step>/", form.step, name="step"),
]
