from cms.models.demo import DemoCompany
from cms.models.pages import ArticleIndexPage, ArticlePage, HomePage

__all__ = ["ArticleIndexPage", "ArticlePage", "DemoCompany", "HomePage"]
