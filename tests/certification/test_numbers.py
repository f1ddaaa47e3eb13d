import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.numbers import ALPHABET, LENGTH, check_character, new_number, normalized, printed, typing_mistake

bodies = st.text(alphabet=ALPHABET, min_size=LENGTH - 1, max_size=LENGTH - 1)


def full(body: str) -> str:
    return body + check_character(body)


def test_new_number_is_printed_in_three_groups_and_correct():
    number = new_number()
    assert [len(group) for group in number.split("-")] == [4, 4, 4]
    assert typing_mistake(number) == ""


def test_numbers_do_not_repeat():
    assert len({new_number() for _ in range(2000)}) == 2000


def test_alphabet_has_no_lookalikes():
    assert not set("0O1IL") & set(ALPHABET)
    assert len(ALPHABET) == len(set(ALPHABET)) == 31


@given(bodies)
def test_any_completed_body_is_correct(body):
    assert typing_mistake(printed(full(body))) == ""


@given(bodies, st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(body, place, other):
    characters = list(full(body))
    if characters[place] != other:
        characters[place] = other
        assert "last character" in typing_mistake(printed("".join(characters)))


@given(bodies, st.integers(0, LENGTH - 1), st.integers(0, LENGTH - 1))
def test_two_swapped_characters_are_noticed(body, one, two):
    characters = list(full(body))
    if characters[one] != characters[two]:
        characters[one], characters[two] = characters[two], characters[one]
        assert typing_mistake(printed("".join(characters)))


@pytest.mark.parametrize("typed", ["k7qw3mhxr9tc", " K7QW 3MHX R9TC ", "k7qw-3mhx–r9tc", "K7QW/3MHX.R9TC"])
def test_typed_forms_become_the_printed_one(typed):
    assert normalized(typed) == "K7QW-3MHX-R9TC"


@given(st.text(max_size=200))
def test_anything_typed_is_bounded_and_harmless(typed):
    assert len(normalized(typed)) <= 29
    assert isinstance(typing_mistake(normalized(typed)), str)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("K7QW-3MHX-R9T0", "never contain 0"),
        ("KOIW-3MHX-R9TC", "never contain I or O"),
        ("K7QW-3MHX", "this one has 8"),
        ("K7QW-3MHX-R9TÄ", "digits 2 to 9"),
    ],
)
def test_typing_mistakes_are_explained(number, words):
    assert words in typing_mistake(number)
