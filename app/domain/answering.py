"""What an answer needs before it can be given."""

from datetime import date

from app.domain.errors import Invalid, WrongState, mark

LONGEST = {"tekst": 100_000, "namens": 200}


def check_lengths(text: str, given_by: str) -> None:
    """Raise Invalid `too-long` for a text or name beyond what is kept."""
    for field, value in (("tekst", text), ("namens", given_by)):
        if len(value) > LONGEST[field]:
            sentence = mark("Dit is te lang: {length} tekens. Hooguit {most} mag.")
            raise Invalid("too-long", sentence, field=field, length=len(value), most=LONGEST[field])


def check_answer(text: str, given_by: str) -> None:
    """Raise Invalid with all that is missing: an answer has a text, and somebody who gives it."""
    wrong = []
    if not text.strip():
        wrong.append(Invalid("missing", mark("Schrijf het antwoord."), field="tekst"))
    if not given_by.strip():
        wrong.append(Invalid("missing", mark("Vul in wie het antwoord geeft: naam en functie."), field="namens"))
    if wrong:
        raise Invalid(wrong[0].code, wrong[0].sentence, field=wrong[0].field, others=tuple(wrong[1:]))
    check_lengths(text, given_by)


def check_received(received_on: date, asked_on: date, today: date) -> None:
    """Raise Invalid unless a letter with an answer came in between the asking and today, both included."""
    if received_on > today:
        sentence = mark("De datum van ontvangst {day} ligt in de toekomst. Kies vandaag of eerder.")
        raise Invalid("received-in-future", sentence, field="datumOntvangst", day=received_on)
    if received_on < asked_on:
        sentence = mark("De vraag is gesteld op {asked}. De datum van ontvangst {day} ligt daarvóór.")
        raise Invalid("received-before-asked", sentence, field="datumOntvangst", asked=asked_on, day=received_on)


def answered_already(given_by: str, answered_on: date) -> WrongState:
    """The refusal for somebody who answers what a colleague answered meanwhile; their text stays on the page."""
    sentence = mark(
        "Deze vraag is intussen beantwoord door {who}, op {day}. Uw tekst staat hieronder en is niet verstuurd."
    )
    return WrongState("answered-already", sentence, who=given_by, day=answered_on)


def waits_for_release() -> WrongState:
    """The refusal for whoever would change a draft that is before the coordinator."""
    sentence = mark("Uw antwoord wacht op vrijgave door de coördinator. Neem het terug als u iets wilt veranderen.")
    return WrongState("offered", sentence)
