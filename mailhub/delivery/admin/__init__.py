"""The post office in the admin: the ledger to look at; brands and suppressions to keep."""

from mailhub.delivery.admin import brands, captured, ledger, suppressions

__all__ = ["brands", "captured", "ledger", "suppressions"]
