from cms.services.site import set_up_site

__all__ = ["set_up_site"]
