"""What people who reported a barrier are told."""

from wir.languages import registry
from wir.languages.text import MarkedText
from wir.outbox import kinds
from wir.outbox.writing import Recipient, write

BARRIER_ANSWER = kinds.register(
    kinds.Kind(
        name="barrier_answer",
        label="Antwort auf eine gemeldete Barriere",
        example=lambda: {
            "answer": MarkedText("Das Menü geht jetzt auch mit der Tastatur auf.", registry.SOURCE, registry.SOURCE),
            "page": "/de/strategie/",
        },
    )
)


def answer_reporter(report, *, by, now):
    """The staff's words for who reported, once a report; nothing where nobody wants an answer."""
    if report.state != report.State.ANSWERED or not report.mail:
        return None
    return write(
        BARRIER_ANSWER,
        Recipient(name="", language=report.language, mail=report.mail),
        context={"answer": MarkedText(report.answer, registry.SOURCE, registry.SOURCE), "page": report.page},
        about=report,
        key=f"barrier_answer:{report.pk}",
        by=by,
        now=now,
    )
