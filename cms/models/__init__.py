from cms.models.pages import ArticleIndexPage, ArticlePage, HomePage

__all__ = ["ArticleIndexPage", "ArticlePage", "HomePage"]
