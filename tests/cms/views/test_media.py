import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage


@pytest.mark.django_db
class TestPicture:
    def test_serves_renditions_and_lets_browsers_keep_them(self, client):
        name = default_storage.save("images/plan.width-800.png", ContentFile(b"\x89PNG picture"))
        response = client.get(f"/media/{name}")
        assert response.status_code == 200
        assert response["Content-Type"] == "image/png"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "immutable" in response["Cache-Control"]
        assert b"".join(response.streaming_content) == b"\x89PNG picture"

    @pytest.mark.parametrize(
        "stored", ["evidence/2026/03/contract.png", "certificates/2026/c.pdf", "documents/plan.png"]
    )
    def test_serves_nothing_else_of_the_storage(self, client, stored):
        default_storage.save(stored, ContentFile(b"private"))
        assert client.get(f"/media/{stored}").status_code == 404
        assert client.get(f"/media/images/../{stored}").status_code == 404
        assert client.get(f"/media/images/%2e%2e/{stored}").status_code == 404

    def test_serves_no_page_in_disguise(self, client):
        default_storage.save("images/evil.svg", ContentFile(b"<svg onload='alert(1)'/>"))
        default_storage.save("images/evil.html", ContentFile(b"<script>alert(1)</script>"))
        assert client.get("/media/images/evil.svg").status_code == 404
        assert client.get("/media/images/evil.html").status_code == 404

    @pytest.mark.parametrize("name", ["gone.png", "a/b/c.png", "\x00.png", "x" * 300 + ".png"])
    def test_unknown_names_are_not_found(self, client, name):
        assert client.get(f"/media/images/{name}").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["plan.pdf", "page.txt", "data.csv"])
def test_documents_are_downloaded_never_shown(client, name):
    from wagtail.documents import get_document_model

    document = get_document_model().objects.create(title="Plan", file=ContentFile(b"%PDF-1.7", name=name))
    response = client.get(document.url)
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert b"".join(response.streaming_content) == b"%PDF-1.7"
