"""`make run`: the embedded default. Set DEBUG=1 for Django's debug pages and reloading."""

from config.settings.base import *
from config.settings.base import STATIC_ROOT, env

STATIC_ROOT.mkdir(parents=True, exist_ok=True)
DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY", "development-only-key-never-used-in-production-settings")
ALLOWED_HOSTS = ["*"]
DEMO_ALLOWED = True
STYLEGUIDE = True
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
