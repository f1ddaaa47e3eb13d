"""Certificate numbers: ``XXXX-XXXX-XXXX``, impossible to guess, easy to read out and to type.

Eleven random characters from 31 (about 54 bits) and one check character. The alphabet leaves out 0, O, 1, I and L,
which people confuse. 31 is prime, so with position weights 1 to 12 the weighted sum modulo 31 catches every single
wrong character and every swap of two characters. A number says nothing about its holder and is never reused.
"""

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LOOKALIKES = "0O1IL"
LENGTH = 12
_VALUES = {character: value for value, character in enumerate(ALPHABET)}


def new_number() -> str:
    """Return a fresh random number in its printed form."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return printed(body + check_character(body))


def check_character(body: str) -> str:
    """Return the character that completes ``body`` (eleven characters of the alphabet)."""
    total = sum(weight * _VALUES[character] for weight, character in enumerate(body, start=1))
    return ALPHABET[-total * pow(LENGTH, -1, len(ALPHABET)) % len(ALPHABET)]


def normalized(typed: str) -> str:
    """Return ``typed`` in printed form as far as it can be: upper case, blanks and dashes set right."""
    return printed("".join(character for character in typed.upper() if character.isalnum())[: 2 * LENGTH])


def printed(characters: str) -> str:
    """Return ``characters`` in groups of four joined by dashes."""
    return "-".join(characters[start : start + 4] for start in range(0, len(characters), 4))


def typing_mistake(number: str) -> str:
    """Return one sentence on what cannot be right about a normalized ``number``, or an empty string."""
    characters = number.replace("-", "")
    if lookalikes := sorted({character for character in characters if character in LOOKALIKES}):
        return (
            f"Our numbers never contain {' or '.join(lookalikes)}, because they are easily confused. "
            "Look again: O and 0 may be a Q, a D or an 8, and 1, I and L may be a 7, a J or a T."
        )
    if len(characters) != LENGTH:
        return f"A number has {LENGTH} characters in three groups of four; this one has {len(characters)}."
    if any(character not in _VALUES for character in characters):
        return "A number consists of the digits 2 to 9 and the plain letters A to Z."
    if check_character(characters[:-1]) != characters[-1]:
        return "The last character does not match the others, so at least one character is mistyped."
    return ""
