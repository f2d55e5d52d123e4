"""`manage.py campaign_stop ID`."""

from campaigns.console.moving import MovingCommand
from campaigns.services import lifecycle


class Command(MovingCommand):
    help = "Stop a campaign for good; letters that have not left are cancelled."

    def move(self, campaign_id: int) -> None:
        lifecycle.stop(campaign_id)
