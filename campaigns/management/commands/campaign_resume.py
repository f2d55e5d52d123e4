"""`manage.py campaign_resume ID`."""

from campaigns.console.moving import MovingCommand
from campaigns.services import lifecycle


class Command(MovingCommand):
    help = "Go on with a paused campaign."

    def move(self, campaign_id: int) -> None:
        lifecycle.resume(campaign_id)
