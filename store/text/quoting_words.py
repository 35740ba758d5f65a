"""What programs write above words that somebody else said: quotations and forwarded messages."""

from typing import Final

# "On <date>, <somebody> wrote:" in the languages of mail programs.
_WROTE: Final = (
    "wrote", "writes", "schrieb", "a écrit", "escribió", "escribio", "va escriure", "ha scritto",
    "scrisse", "escreveu", "schreef", "geschreven", "skrev", "skreiv", "skrifaði", "kirjoitti",
    "napisał", "napísal", "napsal", "je napisao", "napisal", "написал", "написав", "пише", "пишет",
    "написа", "έγραψε", "yazdı", "írta", "a scris", "rašė", "rakstīja", "kirjutas", "写道", "寫道",
    "のメール", "が書きました", "のメッセージ", "작성", "כתב", "كتب", "เขียน", "đã viết", "menulis",
    "pisze",
)  # fmt: skip

# Beside words that are quoted, or before a colon after a name.
_SAID: Final = frozenset(
    """said says texted texts messaged sent sends replied replies answered answers wrote writes
    sagte sagt schrieb schreibt meinte meint antwortete antwortet dijo dice escribió respondió
    respondio disse diz escreveu respondeu dit écrit répondu detto scritto risposto scrive zei zegt
    schreef schrijft antwoordde skrev skriver säger sade sa svarade sagde svarede sier svarte
    powiedział powiedziała napisał napisała pisze odpisał odpisała odpowiedział сказал сказала
    говорит пишет написал написала ответил ответила сказав сказала пише napsal napsala řekl řekla
    dedi yazdı írta mondta kirjoitti sanoi""".split()
)

# What mail programs write above a forwarded or answered message; dashes around it are cut off.
SEPARATORS: Final = frozenset(
    (
        "original message", "forwarded message", "begin forwarded message", "original appointment",
        "ursprüngliche nachricht", "originalnachricht", "weitergeleitete nachricht",
        "anfang der weitergeleiteten nachricht", "anfang der weitergeleiteten e-mail",
        "message d'origine", "message original", "message transféré", "message transmis",
        "début du message réexpédié", "début du message transféré",
        "mensaje original", "mensaje reenviado", "inicio del mensaje reenviado",
        "messaggio originale", "messaggio inoltrato", "inizio messaggio inoltrato",
        "mensagem original", "mensagem encaminhada", "início da mensagem reencaminhada",
        "oorspronkelijk bericht", "origineel bericht", "doorgestuurd bericht",
        "begin doorgestuurd bericht", "ursprungligt meddelande", "vidarebefordrat meddelande",
        "oprindelig meddelelse", "videresendt meddelelse", "opprinnelig melding",
        "alkuperäinen viesti", "wiadomość oryginalna", "oryginalna wiadomość",
        "wiadomość przekazana dalej", "původní zpráva", "přeposlaná zpráva",
        "исходное сообщение", "пересылаемое сообщение", "пересланное сообщение",
        "eredeti üzenet", "mesaj original", "orijinal mesaj", "iletilen mesaj",
        "元のメッセージ", "転送メッセージ", "原始邮件", "原始郵件", "转发的邮件", "原邮件",
        "원본 메시지", "원본 메일", "전달된 메시지",
    )
)  # fmt: skip

# How the lines of a header within the text begin, by what they say.
FROM: Final = frozenset(
    ("from", "von", "de", "da", "van", "od", "от", "от кого", "от:", "fra", "från", "lähettäjä",
     "kimden", "feladó", "expéditeur", "差出人", "发件人", "寄件者", "보낸 사람", "מאת", "من")
)  # fmt: skip
OTHERS: Final = frozenset(
    ("sent", "date", "to", "subject", "cc", "gesendet", "datum", "an", "betreff", "envoyé", "à",
     "objet", "enviado", "enviado el", "fecha", "para", "asunto", "inviato", "data", "a",
     "oggetto", "enviada em", "assunto", "verzonden", "aan", "onderwerp", "wysłano", "do", "temat",
     "отправлено", "дата", "кому", "тема", "sendt", "dato", "til", "emne", "skickat", "till",
     "ämne", "lähetetty", "vastaanottaja", "aihe", "odesláno", "komu", "předmět", "gönderilme",
     "kime", "konu", "送信日時", "宛先", "件名", "发送时间", "收件人", "主题", "日期", "날짜",
     "받는 사람", "제목", "kopie", "cc:")
)  # fmt: skip

# What stands before a name, or behind it, where a chat shows that words were passed on.
_FORWARDED: Final = (
    "forwarded from", "fwd from", "weitergeleitet von", "transféré de", "transféré depuis",
    "transmis de", "reenviado de", "inoltrato da", "encaminhado de", "encaminhada de",
    "doorgestuurd van", "vidarebefordrat från", "videresendt fra", "przekazano od",
    "przekazane od", "przesłano od", "переслано от", "переслано від", "přeposláno od",
    "iletildi", "转发自", "轉寄自", "転送元", "전달됨",
)  # fmt: skip


def says_wrote(text: str) -> bool:
    """Whether it says that somebody wrote something."""
    folded = text.casefold()
    return any(word in folded for word in _WROTE)


def says_forwarded(text: str) -> bool:
    """Whether it says that words were passed on."""
    folded = text.casefold()
    return any(word in folded for word in _FORWARDED)


def says_said(text: str) -> bool:
    """Whether a word of it says that somebody said something."""
    return any(word.strip(",.:*_~-–—“”\"'") in _SAID for word in text.casefold().split())
