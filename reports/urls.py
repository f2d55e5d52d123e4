"""Home, the reports, and a campaign's report."""

app_name = "reports"
urlpatterns: list[object] = []
