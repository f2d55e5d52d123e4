"""Mailbox providers whose domains nobody may send marketing from: their DMARC policies refuse it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from mailhub.lib.addresses import Address
from mailhub.lib.errors import UserError

FREE_MAIL_DOMAINS = frozenset(
    """
    gmail.com googlemail.com
    outlook.com outlook.de outlook.fr hotmail.com hotmail.co.uk hotmail.de hotmail.es hotmail.fr hotmail.it
    live.com live.co.uk live.de live.fr live.nl msn.com passport.com
    yahoo.com yahoo.ca yahoo.co.id yahoo.co.in yahoo.co.jp yahoo.co.uk yahoo.com.ar yahoo.com.au yahoo.com.br
    yahoo.com.mx yahoo.com.tw yahoo.de yahoo.es yahoo.fr yahoo.in yahoo.it ymail.com rocketmail.com
    aol.com aim.com icloud.com me.com mac.com
    proton.me protonmail.com protonmail.ch pm.me tutanota.com tutanota.de tuta.io tuta.com
    fastmail.com fastmail.fm hushmail.com mail.com email.com inbox.com zoho.com zohomail.com hey.com
    gmx.de gmx.net gmx.com gmx.at gmx.ch gmx.fr gmx.us web.de freenet.de t-online.de arcor.de online.de
    mailbox.org posteo.de
    orange.fr wanadoo.fr free.fr laposte.net sfr.fr neuf.fr bbox.fr libero.it virgilio.it tiscali.it alice.it
    tin.it terra.com.br uol.com.br bol.com.br ig.com.br seznam.cz centrum.cz wp.pl o2.pl onet.pl interia.pl
    abv.bg ukr.net mail.ru bk.ru inbox.ru list.ru yandex.ru yandex.com ya.ru rambler.ru
    comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net
    btinternet.com sky.com talktalk.net virginmedia.com bigpond.com optusnet.com.au xtra.co.nz
    qq.com foxmail.com vip.qq.com 163.com 126.com yeah.net vip.163.com sina.com sina.cn vip.sina.com sohu.com
    tom.com 21cn.com 139.com 189.cn wo.cn aliyun.com 88.com
    naver.com daum.net hanmail.net nate.com docomo.ne.jp ezweb.ne.jp softbank.ne.jp rediffmail.com
    """.split()
)


class SenderRefused(UserError):
    """Letters may not be from this address; says why and what to do."""


def refuse(address: Address) -> None:
    """Raise SenderRefused when the address is at a free mailbox provider."""
    domain = address.ascii.rpartition("@")[2]
    if domain in FREE_MAIL_DOMAINS:
        raise SenderRefused(
            _(
                "Letters cannot be from %(address)s: %(domain)s belongs to a mailbox provider, which "
                "lets nobody else send in its name. Use an address at a domain of your own."
            )
            % {"address": address.typed, "domain": domain}
        )
