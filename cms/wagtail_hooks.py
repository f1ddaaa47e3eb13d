"""The editors' side: our name on it, and articles one click away."""

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.auth import user_has_any_page_permission
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.pages import PageListingViewSet

from cms.models import ArticlePage


class ArticlesMenuItem(MenuItem):
    """Shown to those who may edit pages; everybody else would only be turned away behind it."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(user_has_any_page_permission(request.user))


class ArticleListing(PageListingViewSet):
    """All guidance articles in one list, wherever they stand in the tree."""

    model = ArticlePage
    name = "guidance"
    icon = "info-circle"
    menu_label = "Guidance"
    menu_order = 120
    menu_item_class = ArticlesMenuItem
    add_to_admin_menu = True


@hooks.register("register_admin_viewset")
def register_articles() -> ArticleListing:
    return ArticleListing("guidance")


@hooks.register("insert_global_admin_css")
def admin_colors() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("css/admin.css"))


@hooks.register("construct_help_menu")
def keep_news_of_wagtail_to_ourselves(request: HttpRequest, items: list[MenuItem]) -> None:
    """Which edition of Wagtail runs is a matter of whoever operates Pilotage, not of its editors."""
    items[:] = [item for item in items if not item.name.startswith("whats-new")]


@hooks.register("construct_main_menu")
def name_everything_once(request: HttpRequest, items: list[MenuItem]) -> None:
    """Quizzes, terms, certifications and rubrics stand in sections of their own; “Snippets” would list them again."""
    items[:] = [item for item in items if item.name != "snippets"]
