"""Letters by a provider's API: Anymail's own backends behind our transport, as the route is set."""
