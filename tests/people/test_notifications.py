from django.core import mail

from people.api import Letter, LetterFile, LetterLine, absolute, send_letter


def letter(**fields) -> Letter:
    return Letter("The <subject>", ["First & second."], ("Open", "https://example.com/a/"), "Goodbye.", **fields)


def test_a_letter_is_the_same_in_text_and_html():
    lines = [LetterLine("Read <this>", "https://example.com/b/", "until March 3, 2026"), LetterLine("No address")]
    send_letter(letter(lines=lines), to="anna@example.com", company="Acme & Sons")
    (message,) = mail.outbox
    html = message.alternatives[0][0]
    assert message.subject == "The <subject>"
    assert "First & second." in message.body
    assert "First &amp; second." in html
    assert "- Read <this>\n  until March 3, 2026\n  https://example.com/b/" in message.body
    assert '<a href="https://example.com/b/">Read &lt;this&gt;</a>' in html
    assert "https://example.com/a/" in message.body
    assert "Acme & Sons" in message.body


def test_a_letter_takes_files_along():
    send_letter(letter(files=[LetterFile("week.pdf", b"%PDF", "application/pdf")]), to="a@example.com", company="Acme")
    assert mail.outbox[0].attachments[0][0] == "week.pdf"


def test_paths_become_full_addresses(settings):
    settings.BASE_URL = "https://pilotage.example/"
    assert absolute("/programs/") == "https://pilotage.example/programs/"
    assert absolute("https://elsewhere.example/") == "https://elsewhere.example/"
