"""Who got the money, in public: organisations and the city by name, single people only if they said yes.

Groups without legal form and tandems are people too, and nobody asked them; they are told by their kind. What an
applicant wrote as title is not shown where it names somebody who is not named (GDPR Art. 5 (1) c).
"""

from fund.choices import YES
from fund.models import ApplicantKind
from wir.lib.fold import fold

BY_NAME = (ApplicantKind.ORGANISATION, ApplicantKind.UNIT)
SHORTEST = 3  # letters of a part of a name that is looked for


def carrier(*, kind, applicant, person, consent):
    """The name to show, "" where only the kind is told. consent: the answer to the question `named`."""
    if kind == ApplicantKind.PERSON:
        return applicant.strip() if consent == YES else ""
    if kind not in BY_NAME or fold(applicant) == fold(person):  # who wrote her own name is no organisation
        return ""
    return applicant.strip()


def title_names_somebody(title, *, kind, applicant, person, consent):
    """True where the title holds a part of the name of the responsible person, or of the two of a tandem."""
    if kind == ApplicantKind.PERSON and consent == YES:
        return False
    names = f"{person} {applicant}" if kind in (ApplicantKind.PERSON, ApplicantKind.TANDEM) else person
    parts = {part for part in fold(names).split() if len(part) >= SHORTEST}
    return any(word.removesuffix("s").rstrip("'") in parts or word in parts for word in fold(title).split())
