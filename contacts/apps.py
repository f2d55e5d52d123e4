"""Registers the contacts room with Django, and with the post office what it answers for."""

from django.apps import AppConfig


class ContactsConfig(AppConfig):
    name = "contacts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from contacts import navigation, source
        from contacts.selectors import address_book as people_by_hash
        from contacts.selectors.readers import ContactReaders
        from contacts.services import letter_tests
        from mailhub.content import previewing
        from mailhub.delivery import address_book, contracts

        address_book.register(people_by_hash.Contacts())
        contracts.register_source("contacts", source.ListRecipientSource())
        contracts.register_pages(contracts.PublicPages(unsubscribe="/u/", preferences="/p/"))
        contracts.register_source(letter_tests.SOURCE, letter_tests.TrialSource())
        previewing.register_people(ContactReaders())
        previewing.register_post(letter_tests.TrialPost())
        navigation.register()
