"""The post office in the admin: the ledger and limits to look at; brands and suppressions to keep."""

from mailhub.delivery.admin import brands, captured, ledger, limits, suppressions

__all__ = ["brands", "captured", "ledger", "limits", "suppressions"]
