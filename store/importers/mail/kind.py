"""What kind of mail it is: from a person or a machine, in spam or trash, sent by the owner."""

import csv
import re

from store.importers.mail.authentication import came_from_elsewhere
from store.importers.mail.headers import Header, decoded_words
from store.importers.records import Account

_LIST_FIELDS = ("list-id", "list-unsubscribe", "list-post", "x-auto-response-suppress",
                "x-autoreply", "x-autorespond", "feedback-id", "x-campaign-id")  # fmt: skip
_BULK_PRECEDENCE = frozenset({"bulk", "list", "junk", "auto_reply"})
_MACHINE_LOCAL = re.compile(
    r"(?:.*[._+-])?(?:no|not|do-?not|never)[._-]?(?:reply|respond|responder|antwort(?:en)?)\b.*"
    r"|(?:mailer-daemon|postmaster|bounces?|notifications?|notify|alerts?|newsletters?|news"
    r"|mailings?|updates?|auto-?confirm|auto-?reply|calendar-(?:notification|server|invite)"
    r"|invitations?|unsubscribe|listserv|majordomo)(?:[._+=-].*)?"
    r"|(?:reply|bounces?|unsubscribe|msprvs\d*|prvs)[+=-].{6,}"
    r"|.*[0-9a-f]{20,}.*"
    r"|.*=.*",
    re.IGNORECASE,
)
_MACHINE_DOMAIN = re.compile(
    r"(?:.*\.)?(?:reply\.github\.com|calendar\.google\.com|resource\.calendar\.google\.com"
    r"|bounces?\.[^@]+|googlegroups\.com)",
    re.IGNORECASE,
)
_VIA = re.compile(r"\bvia [^\s]", re.IGNORECASE)

# Gmail's own labels, in the languages that it exports them in.
_LEFT_OUT = {
    "spam": frozenset(
        ("spam", "junk", "courrier indésirable", "indésirables", "correo no deseado", "skräppost",
         "søppelpost", "roskaposti", "levélszemét", "nevyžádaná pošta", "спам", "ανεπιθύμητα",
         "迷惑メール", "垃圾邮件", "垃圾郵件", "스팸함", "스팸", "ספאם", "דואר זבל",
         "الرسائل غير المرغوب فيها", "غير مرغوب فيه", "สแปม", "จดหมายขยะ", "thư rác")
    ),
    "the trash": frozenset(
        ("trash", "bin", "deleted", "papierkorb", "corbeille", "papelera", "lixeira", "lixo",
         "cestino", "prullenbak", "papirkurv", "papperskorgen", "papperskorg", "roskakori",
         "kosz", "koš", "kôš", "kuka", "lomtár", "корзина", "кошик", "çöp kutusu", "çöp",
         "κάδος απορριμμάτων", "coș de gunoi", "paperera", "ゴミ箱", "已删除邮件", "垃圾箱",
         "回收站", "垃圾桶", "휴지통", "אשפה", "המהملات", "المهملات", "سلة المهملات", "ถังขยะ",
         "thùng rác", "sampah")
    ),
    "the drafts": frozenset(
        ("draft", "drafts", "entwurf", "entwürfe", "brouillon", "brouillons", "borrador",
         "borradores", "rascunho", "rascunhos", "bozza", "bozze", "concept", "concepten", "kladde",
         "kladder", "utkast", "luonnokset", "luonnos", "wersje robocze", "wersja robocza",
         "koncepty", "koncept", "piszkozatok", "черновики", "черновик", "чернетки", "taslaklar",
         "taslak", "πρόχειρα", "mesaje nefinalizate", "esborranys", "下書き", "草稿", "草稿箱",
         "임시보관함", "טיוטות", "مسودات", "المسودات", "ร่างจดหมาย", "thư nháp", "draf")
    ),
}  # fmt: skip
_SENT = frozenset(
    ("sent", "sent mail", "gesendet", "messages envoyés", "envoyés", "enviados", "enviado",
     "posta inviata", "inviati", "verzonden", "verzonden berichten", "skickat", "skickade", "sendt",
     "sendte", "lähetetyt", "wysłane", "odeslaná pošta", "odoslané", "elküldött levelek",
     "отправленные", "надіслані", "gönderilmiş postalar", "gönderilenler", "απεσταλμένα",
     "mesaje trimise", "trimise", "送信済み", "送信済みメール", "已发送邮件", "已发邮件", "已傳送",
     "寄件備份", "보낸편지함", "נשלח", "דואר יוצא", "البريد المرسل", "الرسائل المرسلة",
     "จดหมายที่ส่งแล้ว", "thư đã gửi", "terkirim")
)  # fmt: skip


def is_bulk(header: Header, sender: Account | None, *, is_report: bool) -> bool:
    """Say whether a machine or a list sent the mail to many."""
    if is_report or any(name in header for name in _LIST_FIELDS):
        return True
    if header.raw("precedence").lower() in _BULK_PRECEDENCE:
        return True
    if header.raw("auto-submitted").lower().partition(";")[0].strip() not in ("", "no"):
        return True
    return sender is not None and is_machine(sender)


def is_machine(account: Account) -> bool:
    """Say whether nobody reads or writes at this address by hand."""
    local, _, domain = account.value[:320].rpartition("@")
    return (
        _MACHINE_LOCAL.fullmatch(local) is not None
        or _MACHINE_DOMAIN.fullmatch(domain) is not None
        or _VIA.search(account.name) is not None
    )


def gmail_labels(header: Header) -> tuple[str, ...]:
    """Read `X-Gmail-Labels`: separated by commas, in quotes when a label holds one."""
    text = decoded_words(" ".join(header.all("x-gmail-labels")))
    try:
        row = next(csv.reader([text]), [])
    except csv.Error:
        row = text.split(",")
    return tuple(dict.fromkeys(label.strip() for label in row if label.strip()))


def left_out_because(labels: tuple[str, ...]) -> str:
    """Name the folder because of which a mail is left out, or return an empty string."""
    folded = {label.casefold() for label in labels}
    return next((name for name, words in _LEFT_OUT.items() if words & folded), "")


def is_sent_by_owner(header: Header, labels: tuple[str, ...]) -> bool:
    """Say whether Gmail itself states that the mailbox's owner sent the mail.

    A label alone may be the owner's own word, or the sender's in a mailbox that is not Gmail's, so
    the mail must not have been delivered either.
    """
    is_labelled = any(label.casefold() in _SENT for label in labels)
    was_delivered = "delivered-to" in header or came_from_elsewhere(header)
    return is_labelled and not was_delivered
