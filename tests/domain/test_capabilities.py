"""Answer links and sign-in codes: whatever we did not make ourselves gets nobody in."""

import random
import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.capabilities import (
    LinkClaims,
    LinkPurpose,
    code_matches,
    derive_key,
    make_token,
    read_token,
    sign_in_code,
)
from app.domain.errors import NotFound

KEYS = {"1": b"k" * 32, "2026-b": b"another key, thirty-two bytes ok"}
CLAIMS = LinkClaims(LinkPurpose.ANSWER, question_id=5123, person_id=88, round=1, serial=2)
TOKEN = make_token(CLAIMS, KEYS, "1")
NUMBERS = st.integers(0, 2**63)


def is_accepted(token: str) -> bool:
    try:
        read_token(token, KEYS)
    except NotFound:
        return False
    return True


@given(st.sampled_from(LinkPurpose), NUMBERS, NUMBERS, NUMBERS, NUMBERS, st.sampled_from(sorted(KEYS)))
def test_a_token_says_what_was_put_in(
    purpose: LinkPurpose, question: int, person: int, round_: int, serial: int, key_id: str
) -> None:
    claims = LinkClaims(purpose, question, person, round_, serial)
    token = make_token(claims, KEYS, key_id)
    assert read_token(token, KEYS) == claims
    assert set(token) <= set(string.ascii_letters + string.digits + ".-_")
    assert token[-1].isalnum()


def altered(chance: random.Random) -> str:
    """Return a token that differs from a good one: a sign changed, put in, taken out or moved, or a claim raised."""
    signs = string.ascii_letters + string.digits + ".-_ +%é٣\n"
    at, sign = chance.randrange(len(TOKEN)), chance.choice(signs)
    other = chance.randrange(len(TOKEN))
    parts = TOKEN.split(".")
    field = chance.randrange(len(parts))
    ways = (
        TOKEN[:at] + sign + TOKEN[at + 1 :],
        TOKEN[:at] + sign + TOKEN[at:],
        TOKEN[:at] + TOKEN[at + 1 :],
        TOKEN[: min(at, other)] + TOKEN[max(at, other) :],
        TOKEN.swapcase(),
        ".".join([*parts[:field], f"0{parts[field]}", *parts[field + 1 :]]),
        ".".join([*parts[:field], str(chance.randrange(10**6)), *parts[field + 1 :]]),
        TOKEN + chance.choice([" ", "\n", "=", ".", "0"]),
    )
    return chance.choice(ways)


def test_of_ten_thousand_altered_tokens_none_is_accepted() -> None:
    chance = random.Random(20261123)  # noqa: S311 a test wants the same tokens each time
    tokens = [token for token in (altered(chance) for _ in range(12_500)) if token != TOKEN][:10_000]
    assert len(tokens) == 10_000
    assert sum(map(is_accepted, tokens)) == 0
    assert is_accepted(TOKEN)


@given(st.text(max_size=60))
def test_no_text_gets_in_or_breaks_the_reading(text: str) -> None:
    assert not is_accepted(text)
    assert not is_accepted(f"{TOKEN[:-40]}{text}")


@pytest.mark.parametrize(
    "text",
    ["", ".", "......", "\ud800", "x" * 10**6, "1.answer." + "9" * 5000, TOKEN.replace("answer", "concur"), TOKEN * 2],
)
def test_odd_texts_are_refused_with_what_to_do(text: str) -> None:
    with pytest.raises(NotFound, match=r"Open de link opnieuw uit de mail") as refusal:
        read_token(text, KEYS)
    assert refusal.value.code == "link-invalid"


@pytest.mark.parametrize(
    "other",
    [
        replace(CLAIMS, purpose=LinkPurpose.CONCUR),
        replace(CLAIMS, question_id=5124),
        replace(CLAIMS, person_id=89),
        replace(CLAIMS, round=2),
        replace(CLAIMS, serial=3),
    ],
)
def test_the_seal_of_one_token_fits_no_other_claims(other: LinkClaims) -> None:
    forged = make_token(other, KEYS, "1").rsplit(".", 1)[0] + "." + TOKEN.rsplit(".", 1)[1]
    assert not is_accepted(forged)


def test_a_token_dies_with_its_key_and_outlives_a_newer_one() -> None:
    assert read_token(TOKEN, {**KEYS, "2": b"n" * 32}) == CLAIMS
    with pytest.raises(NotFound):
        read_token(TOKEN, {"2026-b": KEYS["2026-b"]})
    with pytest.raises(NotFound):
        read_token(TOKEN, {"1": b"x" * 32})


def test_the_same_key_under_another_id_makes_another_seal() -> None:
    twice = {"1": KEYS["1"], "2": KEYS["1"]}
    assert make_token(CLAIMS, twice, "1")[-40:] != make_token(CLAIMS, twice, "2")[-40:]


@pytest.mark.parametrize("key_id", ["", "a.b", "a b", "x" * 17, "é"])
def test_a_key_id_that_would_blur_the_token_is_refused(key_id: str) -> None:
    with pytest.raises(ValueError, match="key id"):
        make_token(CLAIMS, {key_id: b"k" * 32}, key_id)


def test_a_key_of_one_purpose_differs_from_all_others_and_a_short_one_is_refused() -> None:
    master = b"m" * 32
    keys = {derive_key(master, purpose) for purpose in ("answer-link", "sign-in-code", "form")}
    assert len(keys) == 3
    assert {len(key) for key in keys} == {32}
    with pytest.raises(ValueError, match="32 bytes"):
        derive_key(b"short", "form")


def test_a_sign_in_code_has_eight_digits_and_belongs_to_one_attempt() -> None:
    codes = {sign_in_code(str(attempt), KEYS["1"]) for attempt in range(500)}
    assert all(len(code) == 8 and code.isdecimal() for code in codes)
    assert len(codes) >= 499
    assert any(code.startswith("0") for code in codes)


def test_a_code_is_known_again_with_spaces_and_not_otherwise() -> None:
    code = sign_in_code("attempt-1", KEYS["1"])
    assert code_matches(f" {code[:4]} {code[4:]}\n", "attempt-1", KEYS["1"])
    for wrong in ("", "00000000", code[:7], code + "0", "٠" * 8):
        assert not code_matches(wrong, "attempt-1", KEYS["1"])
    assert not code_matches(code, "attempt-2", KEYS["1"])
    assert not code_matches(code, "attempt-1", b"x" * 32)
