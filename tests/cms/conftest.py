"""A site with its pages and groups, and articles to read."""

from collections.abc import Callable

import pytest

from cms.models import ArticleIndexPage, ArticlePage
from cms.services import set_up_site


@pytest.fixture
def site(db) -> None:
    set_up_site()


@pytest.fixture
def article(site) -> Callable[..., ArticlePage]:
    """Publish an article: ``article("How a gate is decided", body="<p>…</p>")``."""

    def article_(title: str, **fields: str) -> ArticlePage:
        index = ArticleIndexPage.objects.get()
        return index.add_child(
            instance=ArticlePage(**{"title": title, "summary": "In short.", "body": "<p>At length.</p>", **fields})
        )

    return article_
