"""The addresses of the accounts room: signing in, one's own account, staff, the audit log."""

from django.urls import path
from django.views.generic import RedirectView

from mailhub.accounts.views import account, api_keys, audit_log, everywhere, sign_in, staff

app_name = "accounts"

urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/code/", sign_in.code, name="code"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("password/lost/", sign_in.AskForReset.as_view(), name="reset_ask"),
    path("password/lost/sent/", sign_in.ResetSent.as_view(), name="reset_sent"),
    path("password/choose/<uidb64>/<token>/", sign_in.ChooseAfterReset.as_view(), name="reset_choose"),
    # The admin's own door knows nothing of one-time codes.
    path("admin/login/", RedirectView.as_view(pattern_name="accounts:sign_in", query_string=True)),
    path("account/", account.account, name="account"),
    path("account/password/", account.password, name="password"),
    path("account/codes/", account.second_factor_on, name="second_factor"),
    path("account/codes/off/", account.second_factor_off, name="second_factor_off"),
    path("account/navigation/", account.navigation_width, name="navigation_width"),
    path("account/columns/<str:name>/", account.table_columns, name="table_columns"),
    path("settings/staff/", staff.staff_list, name="staff_list"),
    path("settings/staff/new/", staff.staff_new, name="staff_new"),
    path("settings/staff/<int:pk>/", staff.staff_page, name="staff_page"),
    path("settings/staff/<int:pk>/active/", staff.staff_active, name="staff_active"),
    path("settings/staff/<int:pk>/codes/", staff.staff_second_factor, name="staff_second_factor"),
    path("settings/api-keys/", api_keys.api_key_list, name="api_key_list"),
    path("settings/api-keys/new/", api_keys.api_key_new, name="api_key_new"),
    path("settings/api-keys/<int:pk>/revoke/", api_keys.api_key_revoke, name="api_key_revoke"),
    path("search/", everywhere.found, name="search"),
    path("living/", everywhere.living, name="living"),
    path("settings/audit/", audit_log.audit_log, name="audit_log"),
]
