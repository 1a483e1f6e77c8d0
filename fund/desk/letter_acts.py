"""What the buttons around letters, agreements, reversals, merging and erasing tell and ask (fund/desk/acts.py)."""

from fund import agreements, erasing, merging, reversals
from fund.desk import forms
from fund.desk.letter_forms import AcceptForm, CorrectionForm, EraseForm, MergeForm, ReopeningForm

# They depend on what is typed and speak once something was sent
ASKED = (
    agreements.has_code_or_paper,
    agreements.names_signer,
    agreements.names_function,
    agreements.names_payee,
    agreements.names_account,
    reversals.gives_reason,
    merging.goes_on_elsewhere,
    merging.same_applicant,
    erasing.gives_reason,
)
TELLS = {
    "accept": (
        AcceptForm,
        "Sie haben die unterschriebene Vereinbarung auf Papier. Danach läuft das Projekt; von der Bankverbindung "
        "zeigt die Seite des Antrags nur Anfang und Ende.",
    ),
    "propose_reopening": (
        ReopeningForm,
        "Eine zweite Person entscheidet darüber. Die alte Entscheidung bleibt stehen und gilt nicht mehr, sobald der "
        "Antrag wieder offen ist.",
    ),
    "reopen_again": (
        forms.ConfirmForm,
        "Der Antrag wird neu geprüft und neu entschieden. War das Ergebnis bekannt, erfährt es die antragstellende "
        "Person. Einen Ausschuss ändert nur eine neue Vorlage mit eigener Nummer.",
    ),
    "propose_correction": (
        CorrectionForm,
        "Eine zweite Person entscheidet darüber. Geändert wird die alte Entscheidung nicht; sie wird abgelöst.",
    ),
    "correct": (
        forms.ConfirmForm,
        "Das zugesagte Geld wird zurückgebucht, und es wird neu entschieden. War das Ergebnis bekannt, erfährt es die "
        "antragstellende Person.",
    ),
    "drop_reversal": (forms.ReasonForm, "Der Vorschlag ist damit vom Tisch; es bleibt bei der Entscheidung."),
    "merge": (
        MergeForm,
        "Dieser Antrag endet; Nachrichten und Helfer*innen ziehen um, und der alte Link führt zum anderen Antrag. "
        "Die antragstellende Person erfährt es.",
    ),
    "erase": (
        EraseForm,
        "Alles, was in diesem Antrag steht, wird gelöscht: Antworten, Dateien, Nachrichten, Briefe. Beträge und Tage "
        "bleiben ohne Namen. Das lässt sich nicht zurücknehmen.",
    ),
}
