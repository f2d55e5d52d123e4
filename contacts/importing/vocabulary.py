"""The words by which other programs and other languages call the columns of a contact file."""

from __future__ import annotations

import re
import unicodedata

CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
NOT_WORD = re.compile(r"[\W_]+")


def words(text: str) -> tuple[str, ...]:
    """`"first, second"` → ("first", "second")."""
    return tuple(word.strip() for word in text.split(","))


def simplify(text: str) -> str:
    """`emailAddress`, `E-MAIL_Address` → words in lower case with single blanks between them."""
    spaced = CAMEL.sub(" ", unicodedata.normalize("NFKC", text))
    return NOT_WORD.sub(" ", spaced).strip().casefold()


# Field of a contact → simplified column names, the surest first. More than one column can bear such a
# name; the one that stands first here gets the field, and the others become custom fields.
FIELDS: dict[str, tuple[str, ...]] = {
    "email": words(
        "email, e mail, email address, e mail address, emailaddress, primary email, email primary, "
        "contact email, subscriber email, subscriber, mail, mail address, email 1, work email, "
        "mailadresse, e mail adresse, email adresse, emailadresse, e mailadresse, 邮箱, 电子邮箱, "
        "电子邮件, 邮件, 邮箱地址, 邮件地址, 電子郵件, 電郵, 信箱, メール, メールアドレス, 이메일, "
        "adresse e mail, adresse email, courriel, adresse mail, correo, correo electrónico, "
        "correo electronico, indirizzo email, e mailadres, emailadres, endereço de email, "
        "endereço de e mail, эл почта, почта"
    ),
    "first_name": words(
        "first name, firstname, fname, given name, givenname, forename, subscriber first name, vorname, "
        "名, 名字, prénom, prenom, nombre, nome, voornaam, имя"
    ),
    "last_name": words(
        "last name, lastname, lname, surname, family name, familyname, subscriber last name, nachname, "
        "familienname, 姓, 姓氏, nom de famille, nom, apellido, apellidos, cognome, achternaam, sobrenome, "
        "фамилия"
    ),
    "name": words(
        "name, full name, fullname, contact name, subscriber name, customer name, display name, "
        "vollständiger name, 姓名, 联系人, 客户姓名, 氏名, お名前, 名前, ご氏名, 御氏名, 이름, "
        "nom complet, nombre completo, nome completo, volledige naam, naam"
    ),
    "phone": words(
        "phone, phone number, phonenumber, telephone, tel, mobile, mobile phone, mobile number, cell, "
        "cell phone, telefon, telefonnummer, handy, mobil, mobiltelefon, 电话, 电话号码, 手机, 手机号, "
        "手机号码, 電話, téléphone, telephone portable, teléfono, telefono, telefoon, телефон"
    ),
    "locale": words(
        "locale, language, lang, preferred language, preferred locale, sprache, 语言, langue, idioma, "
        "lingua, taal"
    ),
    "time_zone": words("time zone, timezone, tz, zeitzone, 时区, fuseau horaire, zona horaria"),
    "country": words("country, country name, country code, land, 国家, 國家, pays, país, pais, paese"),
    "city": words("city, town, stadt, ort, wohnort, 城市, ville, ciudad, città, citta, stad, cidade, город"),
    "source": words("source, signup source, lead source, quelle, 来源, 來源, origine, origen"),
    "tags": words("tags, tag, labels, schlagworte, schlagwörter, 标签, 標籤, étiquettes, etiquetas"),
}

# A column of words for where the person stands.
STATUS = words(
    "status, subscription status, subscriber status, email status, contact status, list status, "
    "email subscription status, member status, state of subscription, email permission status, abo status, "
    "abonnement status, anmeldestatus, 状态, 订阅状态, 狀態, 訂閱狀態, statut, estado, stato"
)
# A column that says yes to mail: a word, a yes, or the moment of the yes. Anything else is no yes.
CONSENT = words(
    "email marketing consent, consent, marketing consent, email consent, subscribed, is subscribed, "
    "opt in, optin, opted in, email opt in, email optin, double opt in, accepts marketing, "
    "accepts email marketing, email marketing, newsletter, newsletter consent, confirmed, email confirmed, "
    "marketing permission, permission, einwilligung, angemeldet, newsletter angemeldet, 订阅, 是否订阅, "
    "can receive email marketing, active, enabled, aktiv"
)
# A column that says no when anything but a no stands in it, and what it says.
WITHDRAWALS: dict[str, tuple[str, ...]] = {
    "unsubscribed": words(
        "unsub time, unsubscribed, is unsubscribed, unsubscribed at, unsubscribe date, unsubscribe time, "
        "unsubscribed on, unsubscribed date, date unsubscribed, unsubscribed from all email, opted out, "
        "opt out, optout, opted out at, opt out date, opt out time, email opt out, has opted out of email, "
        "do not email, donotemail, do not contact, donotcontact, dnc, disabled, abgemeldet, abgemeldet am, "
        "austragungsdatum, 退订, 退订时间, désabonné, dado de baja"
    ),
    "hard_bounce": words(
        "clean time, cleaned, cleaned at, bounced, bounced at, hard bounced, hard bounce, hardbounced, "
        "bounce date, bounce time, email bounced, undeliverable, 退信"
    ),
    "complaint": words(
        "complained, complained at, complaint, complaint time, spam complaint, marked as spam, "
        "spam reported, abuse, beschwerde, 投诉"
    ),
    "manual": words(
        "email suppressions, email suppression, suppressed, suppressions, suppression reason, "
        "suppression reasons, blocklisted, blacklisted, is blacklisted, email blacklisted, "
        "email blocklisted, blocked, gesperrt, 黑名单"
    ),
}
# The moment, and the address of the computer, of the consent.
CONSENTED_AT = words(
    "confirm time, optin time, email marketing consent timestamp, consent timestamp, consent date, "
    "consent time, consented at, confirmed at, subscribed at, subscribed on, subscribe date, "
    "subscribed date, date subscribed, subscription date, opt in date, optin date, opt in time, "
    "opted in at, opt in timestamp, double opt in date, anmeldedatum, angemeldet am, 订阅时间"
)
CONSENT_IP = words("confirm ip, optin ip, opt in ip, opt in ip address, consent ip, signup ip")
# Numbers that are names: never to be reckoned with, so they stay text with all their zeros.
NUMBERS_THAT_ARE_TEXT = re.compile(
    r"(phone|mobile|tel|fax|zip|postal|postcode|plz|code|number|nummer|\bnr\b|\bno\b|\bid\b|iban|account|sku"
    r"|电话|邮编|编号|号)"
)
