from django.apps import AppConfig


class CertificationConfig(AppConfig):
    name = "certification"

    def ready(self) -> None:
        from certification import receivers  # noqa: F401 - connects the receivers once the apps are loaded
