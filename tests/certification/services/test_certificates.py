from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.files.storage import default_storage
from django.core.management import call_command

from certification.models import CertificateFile, Credential, CredentialMail
from certification.services import certificates
from certification.services.certificates import mail_credential, mail_missing, render_certificate, render_missing
from people.api import clock_at
from tests.factories.certification import NOON, make_certification, make_credential

pytestmark = pytest.mark.django_db


def content(name):
    with default_storage.open(name) as file:
        return file.read()


@pytest.fixture
def credential():
    return make_credential()


@pytest.fixture
def rendered(monkeypatch):
    """A stand-in for the typesetting: what matters here is what is kept of it."""
    made = []

    def render(credential):
        made.append(credential.number)
        return f"%PDF {len(made)}".encode()

    monkeypatch.setattr(certificates, "certificate_pdf", render)
    return made


def test_rendering_keeps_the_file(credential, rendered):
    stored = render_certificate(credential_id=credential.pk)
    assert content(stored.file.name) == b"%PDF 1"
    assert credential.number in stored.file.name


def test_rendering_twice_is_once(credential, rendered):
    assert render_certificate(credential_id=credential.pk) == render_certificate(credential_id=credential.pk)
    assert len(rendered) == 1
    assert CertificateFile.objects.count() == 1


def test_a_lost_file_is_made_again(credential, rendered):
    lost = render_certificate(credential_id=credential.pk).file.name
    default_storage.delete(lost)
    again = render_certificate(credential_id=credential.pk)
    assert content(again.file.name) == b"%PDF 2"
    assert CertificateFile.objects.count() == 1


def test_rendering_again_replaces_the_old_file(credential, rendered):
    old = render_certificate(credential_id=credential.pk).file.name
    new = render_certificate(credential_id=credential.pk, again=True).file.name
    assert content(new) == b"%PDF 2"
    assert old == new or not default_storage.exists(old)


def test_the_sweep_renders_what_is_missing_and_survives_a_failure(monkeypatch, rendered, caplog):
    first, second = make_credential(), make_credential()

    def fails_for_first(credential):
        if credential == first:
            raise RuntimeError("no fonts")
        return b"%PDF"

    monkeypatch.setattr(certificates, "certificate_pdf", fails_for_first)
    assert render_missing() == 1
    assert CertificateFile.objects.get().credential == second
    assert "the next sweep tries again" in caplog.text


def test_the_command_renders_missing_all_or_some(rendered):
    one, _ = make_credential(), make_credential()

    def run(*args):
        out = StringIO()
        call_command("render_certificates", *args, stdout=out)
        return out.getvalue().strip()

    assert run() == "2 certificates rendered."
    assert run() == "0 certificates rendered."
    assert run("--all") == "2 certificates rendered."
    assert run(one.number) == "1 certificates rendered."
    assert len(rendered) == 5


def test_unknown_credentials_raise():
    for deed in (render_certificate, mail_credential):
        with pytest.raises(Credential.DoesNotExist):
            deed(credential_id=0)


def test_the_mail_says_what_was_earned_and_how_to_show_it(credential):
    assert mail_credential(credential_id=credential.pk) is True
    [message] = mail.outbox
    assert message.subject == "You are certified: OKR Coach"
    assert message.to == [credential.holder.email]
    [(html, mime)] = [(part.content, part.mimetype) for part in message.alternatives]
    assert mime == "text/html"
    for body in (message.body, html):
        assert credential.number in body
        assert f"http://testserver/verify/{credential.number}/" in body
        assert "http://testserver/coaching/" in body
    assert html.count("See your certificate") == message.body.count("See your certificate") == 1


def test_the_mail_escapes_in_html_only():
    certification = make_certification(title="Coach <& more>")
    mail_credential(credential_id=make_credential(certification).pk)
    [message] = mail.outbox
    assert "Coach <& more>" in message.body
    assert "Coach &lt;&amp; more&gt;" in message.alternatives[0].content


def test_the_holder_is_told_once(credential):
    mail_credential(credential_id=credential.pk)
    assert mail_credential(credential_id=credential.pk) is False
    assert mail_missing() == 0
    assert len(mail.outbox) == 1


def test_people_who_left_are_not_told(credential):
    credential.holder.is_active = False
    credential.holder.save()
    assert mail_credential(credential_id=credential.pk) is False
    assert mail.outbox == []


def test_a_failed_mail_is_sent_by_the_sweep(credential, monkeypatch, caplog):
    def fail(credential):
        raise ConnectionRefusedError("mail server away")

    with monkeypatch.context() as patch:
        patch.setattr(certificates, "send_credential_issued", fail)
        assert mail_missing() == 0
        assert not CredentialMail.objects.exists()
    assert mail_missing() == 1
    assert len(mail.outbox) == 1


def test_old_news_is_not_sent():
    with clock_at(NOON):
        make_credential()
    with clock_at(NOON + timedelta(days=8)):
        assert mail_missing() == 0
    with clock_at(NOON + timedelta(days=6)):
        assert mail_missing() == 1
