"""What WhatsApp itself writes into an export, by language. Words are data: add one, and it is read.

They were gathered from exports in public test data and bug reports. If a language is missing, the
marks that WhatsApp puts before its own words still reveal most of them on an iPhone.
"""

import re
from typing import Final

# Written without dots and spaces, in small letters.
HALVES_OF_DAY: Final[dict[str, str]] = {
    **dict.fromkeys(
        "am vorm fm ip vm dop πμ ص قظ 오전 上午 午前 凌晨 早上 清晨 öö de sa pg pagi पूर्वाह्न सुबह "
        "ก่อนเที่ยง".split(),
        "am",
    ),
    **dict.fromkeys(
        "pm nachm em ap nm odp μμ م بظ 오후 下午 午後 晚上 ös du ch ptg petang अपराह्न शाम "
        "หลังเที่ยง".split(),
        "pm",
    ),
    **dict.fromkeys("noon 中午".split(), "noon"),
}


def _any(*words: str) -> str:
    return "|".join(words)


# A file that the export left out: the whole line in <…>, or words after a mark.
OMITTED: Final = re.compile(
    r"\b(?:"
    + _any(
        "omitted",
        "weggelassen",
        "ausgeschlossen",
        r"omitid[oa]s?",
        r"omis(?:e|es)?",
        r"absente?s?",
        r"omess[oaie]",
        r"ocult[oa]s?",
        r"ocultad[oa]s?",
        "não revelado",
        "weggelaten",
        "dahil edilmedi",
        r"пропущен[оаы]?",
        "без медиафайлов",
        r"отсутству\w{1,4}",
        r"pominięt[oaey]",
        r"vynechán[oaiy]?",
        r"utelämna\w{1,3}",
        "har utelämnats",
        "utelatt",
        "udeladt",
        "utelatt",
        "jätettiin pois",
        r"kihagyva",
        r"omis[ăe]?",
        "tidak disertakan",
        "bỏ qua",
    )
    + r")\b|省略|略去|생략|なし|استبعاد|चूकी|ละเว้น|הושמט",
    re.IGNORECASE,
)

# `NAME (file attached)`: the words in the brackets on Android.
ATTACHED: Final = re.compile(
    r"\((?:"
    + _any(
        "file attached",
        "Datei angehängt",
        "archivo adjunto",
        "fichier joint",
        "file allegato",
        "arquivo anexado",
        "ficheiro anexado",
        "bestand bijgevoegd",
        "dosya ekli",
        "файл добавлен",
        "plik dołączony",
        "fil bifogad",
        "bifogad fil",
        "fil vedhæftet",
        "fil vedlagt",
        "tiedosto liitetty",
        "fişier ataşat",
        "soubor byl přiložen",
        "file terlampir",
        "附件",
        "文件附件",
        "添付ファイル",
        "파일 첨부됨",
        "الملف مرفق",
        "फ़ाइल संलग्न है",
        "הקובץ מצורף",
    )
    + r")\)\s*\Z",
    re.IGNORECASE,
)

OWN_DELETED: Final = re.compile(
    r"\W*(?:"
    + _any(
        "You deleted this message",
        "Du hast diese Nachricht gelöscht",
        "Eliminaste este mensaje",
        "Vous avez supprimé ce message",
        "Hai eliminato questo messaggio",
        "(?:Você apagou esta|Apagou esta|Você apagou essa) mensagem",
        "(?:Je|U) (?:hebt|heeft) dit bericht verwijderd",
        "Bu mesajı sildiniz",
        "Вы удалили (?:данное|это) сообщение",
        "Usunięto tę wiadomość przez Ciebie",
        "Du (?:raderade|tog bort) (?:det här )?meddelandet?",
        "Du slettede denne besked",
        "Du slettet denne meldingen",
        "Poistit tämän viestin",
        "您删除了这条消息",
        "您已刪除此訊息",
        "メッセージを削除しました",
        "삭제한 메시지입니다",
    )
    + r")\W*",
    re.IGNORECASE,
)
DELETED: Final = re.compile(
    r"\W*(?:"
    + _any(
        r"This message was deleted(?: by admin [^\n]{1,60})?",
        "Diese Nachricht wurde gelöscht",
        "(?:Se eliminó este mensaje|Este mensaje fue eliminado)",
        "Ce message a été supprimé",
        "Questo messaggio è stato eliminato",
        "(?:Esta mensagem foi (?:apagada|eliminada)|Mensagem apagada)",
        "Dit bericht (?:is|werd) verwijderd",
        "Bu mesaj silindi",
        "(?:Данное|Это) сообщение удалено",
        "(?:Tę wiadomość usunięto|Ta wiadomość została usunięta)",
        "(?:Det här meddelandet (?:raderades|togs bort)|Meddelandet raderades)",
        "Denne besked blev slettet",
        "Denne meldingen ble slettet",
        "Tämä viesti poistettiin",
        "此消息已(?:被)?删除",
        "此訊息已刪除",
        "このメッセージは削除されました",
        "삭제된 메시지입니다",
        "تم حذف هذه الرسالة",
        "यह मैसेज डिलीट किया गया",
        "Pesan ini (?:telah )?dihapus",
        "Mesej ini telah dipadam(?:kan)?",
        "Tato zpráva byla (?:odstraněna|smazána)",
        "Táto správa bola (?:odstránená|vymazaná)",
        "Ez az üzenet törölve lett",
        "(?:Acest mesaj a fost șters|Acest mesaj a fost şters)",
        "Це повідомлення видалено",
        "Αυτό το μήνυμα διαγράφηκε",
        "Tin nhắn này đã bị xóa",
        "ข้อความนี้ถูกลบแล้ว",
        "הודעה זו נמחקה",
        "این پیام حذف شد",
        "Ova poruka je izbrisana",
    )
    + r")\W*",
    re.IGNORECASE,
)
EDITED: Final = re.compile(
    r"\s*\u200e?<\u200e?(?:"
    + _any(
        "This message was edited",
        "Diese Nachricht wurde bearbeitet",
        "Se editó este mensaje",
        "Este mensaje fue editado",
        "Ce message a été modifié",
        "Questo messaggio è stato modificato",
        "Mensagem editada",
        "Esta mensagem foi editada",
        "Dit bericht (?:is|werd) bewerkt",
        "Bu mesaj düzenlendi",
        "(?:Данное|Это) сообщение изменено",
        "Wiadomość została edytowana",
        "Tę wiadomość edytowano",
        "Det här meddelandet (?:har redigerats|redigerades)",
        "Denne besked blev redigeret",
        "Denne meldingen ble redigert",
        "Tätä viestiä muokattiin",
        "此消息已编辑",
        "此訊息已編輯",
        "このメッセージは編集されました",
        "수정된 메시지입니다",
    )
    + r")\.?\u200e?>\s*\Z",
    re.IGNORECASE,
)
NOT_SHOWN: Final = re.compile(
    r"\W*(?:null|Waiting for this message.{0,80}|Auf diese Nachricht wird gewartet.{0,80}"
    r"|Esperando (?:este )?mensaje.{0,80}|En attente de ce message.{0,80})\W*",
    re.IGNORECASE,
)

MISSED_CALL: Final = re.compile(
    r"\W*(?:"
    + _any(
        r"(?:Silenced|Missed) (?:group )?(?:voice |video )?call",
        r"Verpasster (?:Gruppen)?(?:-?(?:Sprach|Video))?-?anruf",
        r"(?:Llamada (?:de voz |de video )?perdida|Videollamada perdida)",
        r"Appel (?:vocal |vidéo )?manqué",
        r"(?:Chiamata (?:vocale )?persa|Videochiamata persa)",
        r"(?:Chamada|Ligação) (?:de voz |de vídeo )?perdida",
        r"Gemiste? (?:spraak|video)?-?oproep",
        r"Cevapsız (?:sesli |görüntülü )?arama",
        r"Пропущенный (?:аудио|видео)?звонок",
        r"Nieodebrane połączenie(?: głosowe| wideo)?",
        r"Missat (?:röst|video)samtal",
        r"未接(?:语音|視訊|视频|語音)(?:通话|通話)",
        r"不在着信",
    )
    + r")(?:[,.]?\s?\u200e[^\n]{0,60})?\W*\Z",
    re.IGNORECASE,
)
CALL: Final = re.compile(
    r"\W*(?:"
    + _any(
        r"(?:Group )?(?:Voice|Video) call",
        r"(?:Sprach|Video)anruf",
        r"Llamada de voz",
        r"Videollamada",
        r"Appel (?:vocal|vidéo)",
        r"Chiamata vocale",
        r"Videochiamata",
        r"(?:Chamada|Ligação) de (?:voz|vídeo)",
        r"(?:Spraak|Video-?)oproep",
        r"(?:Sesli|Görüntülü) arama",
        r"(?:Аудио|Видео)звонок",
        r"Połączenie (?:głosowe|wideo)",
        r"(?:Röst|Video)samtal",
    )
    + r")[,.]\s*\u200e?(?P<rest>[^\n]{1,40})\Z",
    re.IGNORECASE,
)
# Part of a call's length: a number and the beginning of its unit.
LENGTHS: Final = (
    (re.compile(r"(\d{1,3})\s?(?:h|std|ore|ora|uur|saat|ч|godz|tim)", re.IGNORECASE), 3600),
    (re.compile(r"(\d{1,3})\s?(?:m|dk|dak|м)", re.IGNORECASE), 60),
    (re.compile(r"(\d{1,3})\s?(?:s(?!td|aat)|sn|с)", re.IGNORECASE), 1),
)

POLL: Final = re.compile(
    r"\u200e?(?:POLL|UMFRAGE|ENCUESTA|SONDAGE|SONDAGGIO|ENQUETE|SONDAGEM|PEILING|ANKET|ОПРОС|ANKIETA"
    r"|OMRÖSTNING|AFSTEMNING|AVSTEMNING|KYSELY|投票|アンケート|투표)\s?:\s*"
)
POLL_OPTION: Final = re.compile(
    r"\u200e?(?:OPTION|OPCIÓN|OPZIONE|OPÇÃO|OPTIE|SEÇENEK|ВАРИАНТ|OPCJA|ALTERNATIV|MULIGHED|VAIHTOEHTO"
    r"|选项|選項|オプション|옵션)\s?:\s*"
)
LOCATION: Final = re.compile(
    r"\W*(?:[^\n:]{1,40}:\s?)?(?:[^\n]{0,200}\s)?https?://(?:maps\.google\.com/|foursquare\.com/v/)\S{1,300}\s*\Z"
)

ENCRYPTION: Final = re.compile(
    r"end-to-end|Ende-zu-Ende|de extremo a extremo|de bout en bout|de ponta a ponta|uçtan uca"
    r"|сквозн\w{1,4} шифрован|från början till slut|täysin salattu|端到端|端對端"
    r"|エンドツーエンド|종단|التشفير التام|एंड-टू-एंड",
    re.IGNORECASE,
)

# What a line without a sender means; the first that matches is the reason for leaving it out.
NOTICES: Final = (
    (ENCRYPTION, "a notice about encryption"),
    (
        re.compile(
            r"security code|Sicherheitsnummer|código de seguridad|code de sécurité"
            r"|codice di sicurezza|código de segurança|beveiligingscode|güvenlik kodu"
            r"|код безопасности",
            re.IGNORECASE,
        ),
        "a notice about encryption",
    ),
    (
        re.compile(
            r"changed (?:their|to a new) (?:phone )?number|changed to \+"
            r"|(?:Telefon)?nummer (?:geändert|gewechselt)|cambió (?:su|de) número"
            r"|changé de numéro|cambiato (?:il )?numero|mudou (?:de|o seu) número"
            r"|ander nummer|telefoon ?nummer gewijzigd|numarasını değiştirdi|сменил\w? номер",
            re.IGNORECASE,
        ),
        "a notice of a changed number",
    ),
)
GROUP_NOTICE: Final = re.compile(
    r"\b(?:"
    + _any(
        r"(?:created|joined|left)(?: (?:this |the )?group| using| from|\W*\Z)",
        r"(?:added|removed) \S",
        r"(?:were|was) added",
        r"changed (?:the|this) (?:subject|group)",
        r"group's (?:icon|settings|description)",
        "an admin",
        r"hat (?:die Gruppe|\S.{0,80} hinzugefügt|\S.{0,80} entfernt|den Betreff|das Gruppenbild)",
        r"Gruppe (?:verlassen|beigetreten|erstellt)",
        r"wurdest hinzugefügt",
        r"(?:creó|salió|añadió|agregó|eliminó a|se unió|cambió el asunto|te añadió)",
        r"a (?:créé le groupe|quitté|ajouté|retiré|rejoint|changé le sujet)",
        r"vous avez été ajouté",
        r"ha (?:creato|aggiunto|rimosso|abbandonato|cambiato l)|si è unit[oa]",
        r"(?:criou o grupo|saiu|adicionou|removeu|entrou usando|mudou o nome do grupo)",
        r"heeft (?:de groep|groep|\S.{0,80} toegevoegd|\S.{0,80} verwijderd|het onderwerp)",
        r"grubu oluşturdu|ayrıldı|ekledi|çıkardı|gruba katıldı|eklendiniz",
        r"создал\w? группу|вышел|вышла|добавил\w?|удалил\w?|присоединил\w{2,3}|теперь в группе",
        r"skapade gruppen|lämnade|lade till|tog bort|gick med",
        r"utworzył\w?|opuścił\w?|dodał\w?|usunął|usunęła|dołączył\w?",
    )
    + r")|创建了|建立了|加入了|退出了|離開了|グループを作成|が参加|が退出|그룹을|나갔습니다|초대",
    re.IGNORECASE,
)
# Said in the name of the group itself, by iPhones that write no marks.
GROUP_CREATED: Final = re.compile(
    r"(?=.*(?:group|Gruppe|grupo|gruppo|groep|grubu|групп|grupp|ryhmä))"
    r".*(?:created|erstellt|creó|créé|creato|criou|aangemaakt|gemaakt|oluşturdu|создал|skapade|loi)",
    re.IGNORECASE,
)
# In a sender's place, these words show that a notice with a colon was mistaken for a message.
NOTICE_BEFORE_COLON: Final = re.compile(
    r"\b(?:changed|created|cambió|creó|hat|a changé|a modifié|a créé|mudou|alterou|criou"
    r"|ha cambiato|ha creato|heeft|wijzigde|изменил\w?|создал\w?|değiştirdi|oluşturdu"
    r"|ändrade|skapade|zmienił\w?)\b.{0,80}"
    r"[\"“”„«»‘’']",
    re.IGNORECASE,
)

# The notice at the beginning of the chat with oneself.
TO_YOURSELF: Final = re.compile(
    "messages to yourself|nachrichten an dich selbst|mensajes (?:a ti mism|contigo mism|que te env)"
    "|messages (?:à vous-même|que vous vous envoyez|à toi-même)"
    "|messaggi (?:a te stess|inviati a te)"
    "|mensagens (?:para você mesm|para si|enviadas a si)|berichten aan jezelf"
    "|kendine gönderdiğin|kendinize gönderdiğiniz|сообщения самому себе|сообщения себе"
    "|wiadomości do siebie|meddelanden till dig själv|发送给自己|傳送給自己|自分宛|나에게 보낸",
    re.IGNORECASE,
)
# What stands behind the owner's name in the name of that chat.
YOU: Final = re.compile(
    r"\((?:You|Du|Dich|Sie|Tú|Vos|Usted|Vous|Toi|Moi|Você|Eu|Tu|Io|Jij|U|Ik|Sen|Siz|Ty|Вы|Ты|Ви|Dig"
    r"|Deg|Sinä|Te|Εσείς|Kamu|Anda|Bạn|أنت|אתה|आप|คุณ|你|您|自分|あなた|나)\)",
    re.IGNORECASE,
)
# Assistants that answer in chats among people, as `name_key` has them.
PROGRAMS: Final = frozenset(
    "meta ai|metaai|chatgpt|1-800-chatgpt|copilot|microsoft copilot|perplexity|gemini|llama|luzia"
    "|whatsapp|whatsapp business".split("|")
)

QUOTED: Final = re.compile('["“”„«»「『].{1,200}["“”»«」』]', re.DOTALL)

# What precedes the chat's name in the name of the file or of the zip.
TITLE: Final = re.compile(
    r"\A(?:(?:Copy of|Kopie von|Kopie van|Copia de|Copia di|Copie de|Cópia de|Kopia|Kopi af) )?(?:"
    + _any(
        "WhatsApp Chat (?:with|-)",
        "WhatsApp[- ]Chat (?:mit|-)",
        "Chat de WhatsApp (?:con|-)",
        "Chat WhatsApp (?:con|-)",
        "(?:Discussion|Conversation) WhatsApp (?:avec|-)",
        "Conversa do WhatsApp (?:com|-)",
        "WhatsApp-(?:gesprek|chat) (?:met|-)",
        "WhatsApp Sohbeti -",
        "(?:Чат WhatsApp|Переписка в WhatsApp) (?:с контактом|с|-)",
        "(?:Czat|Konwersacja) WhatsApp (?:z|-)",
        "WhatsApp-?chatt? (?:med|-)",
        "WhatsApp-keskustelu(?: -)?",
        "(?:Chat|Sembang) WhatsApp dengan",
        "(?:Chat|Konverzace) WhatsApp (?:s|so|z)",
        "WhatsApp[- ](?:csevegés|beszélgetés)(?: -)?",
        "Conversa(?:ție|ţie) (?:pe )?WhatsApp cu",
        "(?:Συνομιλία|Συζήτηση) (?:στο )?WhatsApp με(?: τον/την)?",
        "Чат (?:у )?WhatsApp (?:із|з)",
        "(?:Cuộc trò chuyện|Trò chuyện) WhatsApp với",
        "แชท WhatsApp (?:กับ|-)",
        "צ'אט WhatsApp (?:עם|-)",
        "(?:محادثة|دردشة) (?:واتساب|WhatsApp) مع",
        "WhatsApp (?:चैट|채팅|대화|チャット) -",
        "与",
    )
    + r")\s?(?P<name>\S.{0,200}?)(?:的 ?WhatsApp.{0,10})?(?:\s?\(\d{1,3}\))?(?:\.(?:txt|zip))?\Z",
    re.IGNORECASE,
)
