"""Which questions of a long letter are written out in its form: the others only carry what they hold."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from app.web.letters.letter_form import TypedLetter, question_pairs

# Every question written out repeats all ministries and contacts: some 17 kB each with a short list of contacts.
WRITTEN_OUT = 10
Fields = Sequence[tuple[str, str]]


def folded(typed: TypedLetter, asked_for: Iterable[int | None], wrong: Collection[str]) -> Mapping[int, Fields]:
    """Place → what each question that is not written out holds; none in a letter of ten questions or fewer.

    Those are its filled fields, and its text even when that is empty: by it the form knows that the question is there.

    Written out are, up to ten: those that were asked for, those with a field in `wrong` (ids as `vragen-3-tekst`),
    those that still miss a text or an owner.
    """
    places = range(len(typed.questions))
    if len(places) <= WRITTEN_OUT:
        return {}
    at_fault = {int(head) for field in wrong if (head := field.removeprefix("vragen-").partition("-")[0]).isdecimal()}
    incomplete = [place for place in places if not (typed.questions[place].text and typed.questions[place].owner)]
    wanted = dict.fromkeys([*(one for one in asked_for if one is not None), *sorted(at_fault), *incomplete])
    written = set(list(wanted)[:WRITTEN_OUT])
    return {
        place: [
            (name, value)
            for name, value in question_pairs(f"vragen-{place}", typed.questions[place])
            if value or name.endswith("-tekst")
        ]
        for place in places
        if place not in written
    }
