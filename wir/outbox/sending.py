"""The worker's part: mails leave one by one, each step committed before the next begins.

    queued --claim, committed--> sending --handed over outside of any transaction--> sent, queued again, failed, unclear

Whoever dies in between leaves a row in `sending`. Nobody can tell whether its mail has left, so after LEASE it becomes
unclear and waits for a person: no message is lost, and none is sent twice by itself.
"""

import logging
import re
import smtplib
import threading
import time
from datetime import timedelta

from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction

from wir.languages import registry
from wir.outbox import kinds
from wir.outbox.addresses import envelope, header, usable_mail
from wir.outbox.models import Message
from wir.outbox.secrets import ENDED, AccessEnded, filled
from wir.outbox.transport import EmailBackend, Unclear
from wir.outbox.workflow import MOST_ATTEMPTS, Refused, move

logger = logging.getLogger("wir.outbox")

# Longer than any hand-over lasts: looking up and opening the connection takes a few times EMAIL_TIMEOUT (20 s), and
# after transport.LIMIT (2 minutes) an open connection is cut. Should one last longer all the same, the row is unclear
# by then and its result is refused, so that still nothing is sent twice.
LEASE = timedelta(minutes=10)
BATCH = 100  # mails of one call; then other jobs have their turn
PATIENCE = (1, 2, 4)  # seconds between tries to write a result down

stopping = threading.Event()  # set when the worker is asked to end: the row in hand is finished, no other is begun

ENHANCED = re.compile(rb"^([245]\.\d{1,3}\.\d{1,3})\b")
ADDRESS = re.compile(r"\S*@\S*")


# One mail -------------------------------------------------------------------------------------------------------------


def mail_of(message):
    """The row as a mail with text and HTML. Its Message-ID stays the same, however often it is tried.

    A personal access is put in only here. Raises AccessEnded where there is none any more.
    """
    text, page = filled(message)
    reply_to = usable_mail(kinds.sender()["mail"])
    mail = EmailMultiAlternatives(
        message.subject,
        text,
        to=[envelope(message.mail)],
        reply_to=[envelope(reply_to)] if reply_to else None,
        headers={
            "To": header(message.name, message.mail),
            "Message-ID": message.message_id,
            "Content-Language": registry.get(message.shown_language).tag,
            "Auto-Submitted": "auto-generated",
        },
    )
    mail.attach_alternative(page, "text/html")
    return mail


def hand_over(message):
    """Give the mail to the mail server. Returns the move that follows, and the fault in words without any address."""
    mail_server = get_connection()
    try:
        sent = mail_server.send_messages([mail_of(message)])
    except AccessEnded:
        return "give_up", ENDED
    except Unclear as fault:
        return "lost", f"Nach der Übergabe kam keine Antwort ({fault.cause})"
    except smtplib.SMTPRecipientsRefused as fault:
        ((code, reply),) = fault.recipients.values()
        return refusal(code, reply)
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as fault:
        return refusal(fault.smtp_code, fault.smtp_error)
    except smtplib.SMTPResponseException as fault:  # greeting and sign-in: about us, not about this mail
        return "postpone", f"Der Mailserver nimmt gerade nichts an ({fault.smtp_code})"
    except DatabaseError as fault:  # the office's own address could not be read; nothing has left
        return "postpone", f"Die Datenbank antwortet nicht ({type(fault).__name__})"
    except OSError as fault:
        return "postpone", f"Keine Verbindung ({type(fault).__name__})"
    except Exception as fault:  # noqa: BLE001 - one mail that cannot be written must not stop the others
        ours = isinstance(mail_server, EmailBackend)  # what happens after the end mark comes as Unclear there
        return "give_up" if ours else "lost", f"Unerwarteter Fehler ({type(fault).__name__})"
    finally:
        close(mail_server)
    return ("accepted", "") if sent else ("give_up", "Nicht angenommen")


def close(mail_server):
    try:
        mail_server.close()
    except OSError as fault:
        logger.warning("closing the connection failed: %s", type(fault).__name__)


def refusal(code, reply):
    """4xx passes, 5xx stays. Of the server's words only the codes are kept: it may have quoted the address."""
    found = ENHANCED.match(reply if isinstance(reply, bytes) else str(reply).encode())
    codes = f"{code} {found.group(1).decode()}" if found else str(code)
    if 500 <= code < 600:
        return "give_up", f"Abgelehnt ({codes})"
    return "postpone", f"Vorübergehend abgelehnt ({codes})"


# The queue ------------------------------------------------------------------------------------------------------------


def deliver_due(now, *, between=None):
    """Hand over what is due, at most BATCH mails. now: a function, asked before each step. Returns how many were tried.

    between: called after each mail, for the worker's heartbeat. Refuses to run inside of a transaction: what it writes
    has to be there before the next step, whatever happens then.
    """
    mark_lost(now())
    tried = 0
    while tried < BATCH and not stopping.is_set():
        message = Message.objects.due(now()).first()
        if message is None:
            break
        if claim(message, now()):
            tried += 1
            name, fault = hand_over(message)
            record(message, name, fault, now)
            if between:
                between()
    return tried


def mark_lost(now):
    """What a worker had in its hands when it died."""
    for message in Message.objects.filter(state=Message.State.SENDING, sending_since__lte=now - LEASE):
        committed(message, "lost", now, fault="Der Versand brach während der Übergabe ab")


def claim(message, now):
    """True for exactly one of several workers."""
    return committed(message, "claim", now)


def record(message, name, fault, now):
    """Write down what became of a mail. The database may be away for a moment; the mail is not sent again for that."""
    if name == "postpone" and message.attempts >= MOST_ATTEMPTS:
        name = "give_up"
    version = message.version
    for patience in (*PATIENCE, None):
        try:
            held = Message.objects.get(pk=message.pk)  # what a rolled back try left in memory is not in the row
            if held.version == version:
                committed(held, name, now(), fault=ADDRESS.sub("…", fault))
            return
        except (OperationalError, InterfaceError) as error:
            logger.error("message %s: the database refused the result: %s", message.pk, type(error).__name__)
            if patience is None:
                return  # the row stays in `sending` and becomes unclear
            time.sleep(patience)
            connection.close()
        except Exception as error:  # noqa: BLE001 - what follows from a delivery failed; the mail itself has left
            logger.error("message %s: what follows from %s failed: %s", message.pk, name, type(error).__name__)
            if name != "accepted":
                return
            name, fault = "lost", f"Angenommen, aber die Folgen scheiterten ({type(error).__name__})"


def committed(message, name, now, **values):
    """One move, committed. False where somebody else was faster."""
    try:
        with transaction.atomic(durable=True):
            move(message, name, by=None, now=now, **values)
    except Refused:
        return False
    logger.info("message %s: %s %s", message.pk, message.state, " ".join(re.findall(r"\d[\d.]+", message.fault)))
    return True
