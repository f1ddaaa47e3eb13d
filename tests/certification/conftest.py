import pytest

from certification.services import certificates


@pytest.fixture(autouse=True)
def quick_typesetting(monkeypatch):
    """Services keep whatever the press returns; the real press is tested in test_documents."""
    monkeypatch.setattr(certificates, "certificate_pdf", lambda credential: b"%PDF")
