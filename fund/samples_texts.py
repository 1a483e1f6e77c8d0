"""What the invented applicants of the samples write, in their own languages, and what the office writes back.

Typed content of people, not texts of the interface: it stands in no catalogue. Nobody real is named.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Texts:
    """titles: of projects. plan, aim: answers. message: to the office. question: of the office, as translated."""

    titles: tuple
    plan: str
    aim: str
    message: str
    question: str


QUESTION = "Bitte schreiben Sie, an welchen Tagen Sie sich treffen und wie viele Menschen mitmachen können."
REPLY = "Vielen Dank für Ihre Nachricht. Wir haben sie gelesen und melden uns in den nächsten Tagen."

TEXTS = {
    "de": Texts(
        ("Gemeinsam kochen im Hof", "Nähen und erzählen", "Ein Sommer voller Musik"),
        "Wir treffen uns jede Woche. Alle aus der Straße sind eingeladen. Wir lernen uns kennen und helfen einander.",
        "Menschen, die nebeneinander wohnen, kennen sich danach mit Namen.",
        "Wir haben noch eine Frage: Dürfen wir die Einladung schon drucken?",
        QUESTION,
    ),
    "de-simple": Texts(
        ("Wir kochen zusammen", "Wir machen Musik", "Ein Fest für alle"),
        "Wir treffen uns jede Woche.\nAlle können kommen.\nWir kochen und essen zusammen.",
        "Die Menschen kennen sich besser.\nSie helfen sich.",
        "Wir haben eine Frage.\nWann bekommen wir eine Antwort?",
        "An welchen Tagen treffen Sie sich?\nWie viele Menschen können kommen?",
    ),
    "en": Texts(
        ("A garden for the whole street", "Stories across the table", "Learning to ride a bicycle"),
        "We meet every week and everybody from the street is invited. We get to know each other and help each other.",
        "People who live next door to each other know each other by name.",
        "One more question: may we print the invitations already?",
        "Please tell us on which days you meet and how many people can take part.",
    ),
    "tr": Texts(
        ("Mahallede birlikte yemek", "Kadınlar için bisiklet kursu", "Sokağımızın bahçesi"),
        "Her hafta buluşuyoruz. Sokaktaki herkes davetlidir. Birbirimizi tanıyor ve birbirimize yardım ediyoruz.",
        "Yan yana oturan insanlar birbirini adıyla tanıyacak.",
        "Bir sorumuz daha var: Davetiyeleri şimdiden bastırabilir miyiz?",
        "Lütfen hangi günler buluştuğunuzu ve kaç kişinin katılabileceğini yazın.",
    ),
    "ar": Texts(
        ("نطبخ معًا في الحي", "حديقة لشارعنا", "أمسيات الحكايات"),
        "نلتقي كل أسبوع. كل سكان الشارع مدعوون. نتعرف بعضنا على بعض ويساعد كل منا الآخر.",
        "يعرف الجيران بعضهم بعضًا بالاسم.",
        "لدينا سؤال آخر: هل يمكننا طباعة الدعوات الآن؟",
        "من فضلكم اكتبوا لنا في أي أيام تلتقون وكم شخصًا يمكنه المشاركة.",
    ),
    "fa": Texts(
        ("آشپزی با هم در محله", "باغچهٔ کوچهٔ ما", "شب‌های قصه‌گویی"),
        "ما هر هفته دور هم جمع می‌شویم. همهٔ اهالی کوچه دعوت هستند. با هم آشنا می‌شویم و به هم کمک می‌کنیم.",
        "همسایه‌ها یکدیگر را به نام می‌شناسند.",
        "یک پرسش دیگر داریم: آیا می‌توانیم دعوت‌نامه‌ها را از حالا چاپ کنیم؟",
        "لطفاً بنویسید در چه روزهایی دور هم جمع می‌شوید و چند نفر می‌توانند شرکت کنند.",
    ),
    "ku": Texts(
        ("Bi hev re li taxê çêkirina xwarinê", "Baxçeyê kolana me", "Şevên çîrokan"),
        "Em her hefte dicivin. Hemû kesên kolanê vexwendî ne. Em hevdu nas dikin û alîkariya hev dikin.",
        "Cîran hevdu bi navê wan nas dikin.",
        "Pirseke me ya din heye: Em dikarin vexwendinan ji niha ve çap bikin?",
        "Ji kerema xwe binivîsin hûn kîjan rojan dicivin û çend kes dikarin beşdar bibin.",
    ),
    "uk": Texts(
        ("Готуємо разом у дворі", "Сад для нашої вулиці", "Вечори оповідань"),
        "Ми зустрічаємося щотижня. Запрошуємо всіх з нашої вулиці. Ми знайомимося і допомагаємо одне одному.",
        "Сусіди знатимуть одне одного на ім’я.",
        "У нас є ще одне запитання: чи можна вже друкувати запрошення?",
        "Напишіть, будь ласка, у які дні ви зустрічаєтеся і скільки людей може взяти участь.",
    ),
    "ru": Texts(
        ("Готовим вместе во дворе", "Сад для нашей улицы", "Вечера рассказов"),
        "Мы встречаемся каждую неделю. Приглашаем всех с нашей улицы. Мы знакомимся и помогаем друг другу.",
        "Соседи будут знать друг друга по имени.",
        "У нас ещё один вопрос: можно ли уже печатать приглашения?",
        "Напишите, пожалуйста, в какие дни вы встречаетесь и сколько человек может участвовать.",
    ),
    "pl": Texts(
        ("Gotujemy razem na podwórku", "Ogród dla naszej ulicy", "Wieczory opowieści"),
        "Spotykamy się co tydzień. Zapraszamy wszystkich z naszej ulicy. Poznajemy się i pomagamy sobie nawzajem.",
        "Sąsiedzi będą się znać z imienia.",
        "Mamy jeszcze jedno pytanie: czy możemy już drukować zaproszenia?",
        "Proszę napisać, w które dni się Państwo spotykają i ile osób może wziąć udział.",
    ),
    "fr": Texts(
        ("Cuisiner ensemble dans la cour", "Un jardin pour notre rue", "Les soirées du récit"),
        "Nous nous réunissons chaque semaine. Toute la rue est invitée. Nous faisons connaissance et nous nous aidons.",
        "Les voisins se connaîtront par leur nom.",
        "Encore une question : pouvons-nous déjà imprimer les invitations ?",
        "Dites-nous, s’il vous plaît, quels jours vous vous réunissez et combien de personnes peuvent participer.",
    ),
    "es": Texts(
        ("Cocinar juntos en el patio", "Un jardín para nuestra calle", "Noches de cuentos"),
        "Nos reunimos cada semana. Toda la calle está invitada. Nos conocemos y nos ayudamos.",
        "Los vecinos se conocerán por su nombre.",
        "Tenemos otra pregunta: ¿podemos imprimir ya las invitaciones?",
        "Escriban, por favor, qué días se reúnen y cuántas personas pueden participar.",
    ),
}
