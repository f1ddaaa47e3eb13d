from django.apps import AppConfig


class RolloutConfig(AppConfig):
    name = "rollout"

    def ready(self) -> None:
        from rollout import receivers  # noqa: F401 - connects the receivers once the apps are loaded
