"""`manage.py campaign_pause ID`."""

from campaigns.console.moving import MovingCommand
from campaigns.services import lifecycle


class Command(MovingCommand):
    help = "Pause a sending campaign; no sender starts another batch of it."

    def move(self, campaign_id: int) -> None:
        lifecycle.pause(campaign_id)
