"""What mail programs and people write around a mail: histories, signatures, small print, machines' words.

Each in the languages in which business mail is mostly written.
"""

from __future__ import annotations

import re
from typing import Final

WROTE: Final = re.compile(
    r"(?:On\b.{4,300}\bwrote|(?:Am|Den)\b.{4,300}\b(?:schrieb|skrev)\b.{0,120}|Le\b.{4,300}\ba écrit|El\b.{4,300}\bescribió|"
    r"Il\b.{4,300}\bha scritto|Em\b.{4,300}\bescreveu|Op\b.{4,300}\bschreef\b.{0,120}|W dniu\b.{4,300}\bnapisał\(?a?\)?|"
    r".{3,120}<[^<>\s]+@[^<>\s]+> (?:wrote|schrieb|a écrit|escribió|ha scritto))\s?:$",
    re.I,
)
WROTE_STARTS: Final = re.compile(r"(?:On|Am|Den|Le|El|Il|Em|Op|W dniu)\b.*\d", re.I)
SEPARATOR: Final = re.compile(
    r"-{2,}\s*(?:original message|forwarded message|original appointment|forwarded by .{1,80}|ursprüngliche nachricht|"
    r"weitergeleitete nachricht|message d'origine|message original|message transféré|mensaje original|mensaje reenviado|"
    r"messaggio originale|oorspronkelijk bericht|mensagem original)\s*-{2,}$|"
    r"begin forwarded message:$|##-? ?.{3,80}above this line.{0,40}$|-{3,} ?please reply above this line ?-{3,}$",
    re.I,
)
FROM: Final = re.compile(r"\*?(?:from|von|de|da|van|från|fra|od)\s?:\*?\s+\S", re.I)
SENT: Final = re.compile(
    r"\*?(?:sent|date|gesendet|datum|envoyé|enviado(?: el)?|fecha|inviato|data|verzonden|skickat|sendt|wysłano)\s?:\*?\s+\S",
    re.I,
)
TO: Final = re.compile(
    r"\*?(?:to|subject|an|betreff|à|objet|para|asunto|a|oggetto|aan|onderwerp|till|ämne|til|emne|do|temat|assunto)\s?:\*?\s+\S",
    re.I,
)
DEVICE: Final = re.compile(
    r"(?:sent from (?:my |the all new )?(?:iphone|ipad|android|samsung|galaxy|blackberry|mobile|phone|pixel|yahoo|outlook|mail|"
    r"proton|huawei|tablet|superhuman|front)\b.{0,60}|get outlook for .{2,30}|von meinem .{2,30} gesendet|"
    r"gesendet (?:von|mit) .{2,40}|envoyé (?:de|depuis) mon .{2,30}|enviado desde mi .{2,30}|inviato da .{2,30}|"
    r"verstuurd vanaf mijn .{2,30})$",
    re.I,
)
CLOSING: Final = re.compile(
    r"(?:(?:many |with |my |very )?(?:(?:best|kind|kindest|warm|warmest|all the best) ?){0,2}(?:regards|wishes)|best|"
    r"all the best|"
    r"cheers|sincerely|yours(?: sincerely| truly| faithfully)?|sincerely yours|(?:many |with )?thanks(?: (?:again|a lot|so much|"
    r"very much|and (?:best |kind )?regards|in advance))?|thank you(?: (?:again|very much|so much|in advance|and (?:best |kind )?"
    r"regards))?|rgds|br|kr|thx|ta|"
    r"(?:mit )?(?:freundlichen|besten|schönen|lieben|vielen) (?:grüßen|grüssen|gruß|grüße|dank)|(?:beste|viele|liebe|freundliche|"
    r"schöne) (?:grüße|grüsse)|mfg|lg|vg|(?:bien )?cordialement|(?:bien )?à vous|salutations distinguées|merci(?: d'avance)?|"
    r"(?:un )?(?:cordial(?:es)? )?saludos?(?: cordiales)?|atentamente|(?:muchas )?gracias|(?:cordiali )?saluti|distinti saluti|"
    r"grazie|"
    r"(?:met )?vriendelijke groet(?:en)?|groeten|mvh|med vänliga hälsningar|atenciosamente|obrigad[oa])\s?[,.!]*$",
    re.I,
)
THANKS: Final = re.compile(
    r"(?:many |with )?th(?:ank|x)|ta\b|merci|gracias|muchas|grazie|obrigad|vielen dank|best$|cheers", re.I
)
MARKS: Final = frozenset(("--", "\u2014", "\u2013\u2013"))
DISCLAIMER: Final = re.compile(
    r"(?:disclaimer\b|confidential(?:ity)?(?: note| notice)?\s?[:.]|notice\s?:|important\s?:|"
    r"this (?:e-?mail|message|communication|transmission)\b|"
    r"the (?:information|contents?)\b|(?:if you are not|unless you are) the (?:intended|named)\b|"
    r"please (?:consider|think of|think about) the environment\b|diese (?:e-?mail|nachricht)\b|ce (?:message|courriel|mail)\b|"
    r"este (?:mensaje|correo)\b|questo (?:messaggio|documento)\b|dit (?:bericht|e-?mail)\b)",
    re.I,
)
LEGAL: Final = re.compile(
    r"intended (?:solely|only|recipient|for the)|named addressee|not the intended|before printing|legally privileged|"
    r"unauthori[sz]ed (?:use|disclosure|copying|review)|virus(?:es)?\b.{0,80}\bliab|received this (?:e-?mail|message) in error|"
    r"vertrauliche (?:informationen|und)|irrtümlich erhalten|destinataires?\b|destinatari[oa]s?\b|geadresseerde",
    re.I | re.S,
)
BANNER: Final = re.compile(
    r"\W*(?:caution|warning|external(?: e-?mail| sender)?|attention|achtung|\[external\])\b.{0,40}\b"
    r"(?:outside|external|externe[rn]?|originated)\b",
    re.I,
)
AUTO_SUBJECT: Final = re.compile(
    r"\s*(?:automatic reply|auto(?:matic|mated)?[- ]?(?:reply|response)|autoreply|out of (?:the )?office|ooo\b|auto:|"
    r"automatische antwort|abwesenheit|abwesend|réponse automatique|absence du bureau|respuesta automática|"
    r"fuera de (?:la )?oficina|"
    r"risposta automatica|fuori (?:sede|ufficio)|automatisch antwoord|afwezig|autosvar|resposta automática|"
    r"delivery status notification|undeliver(?:able|ed)|mail delivery (?:failed|failure|subsystem)|returned mail|"
    r"delivery (?:failure|has failed)|read:|gelesen:|accepted:|declined:|tentative:|canceled:)",
    re.I,
)
AWAY: Final = re.compile(
    r"\b(?:i am|i'm|i will be|i'll be|ich bin|je suis)\b.{0,40}\b(?:out of (?:the )?office|"
    r"on (?:\w+ )?(?:leave|vacation|holiday)|"
    r"away from (?:my|the) (?:desk|office)|nicht im (?:büro|hause)|im urlaub|absente?(?: du bureau)?|en congés?)\b",
    re.I | re.S,
)
BACK: Final = re.compile(
    r"\b(?:limited access|return(?:ing)? (?:on|to)|(?:be )?back (?:on|in)|until|urgent|in my absence|reply (?:to your|upon)|"
    r"upon my return|zurück|dringend|wieder (?:im|da)|de retour|en cas d'urgence)\b",
    re.I,
)
RECEIVED: Final = re.compile(
    r"(?:thank you for (?:contacting|reaching out|your (?:e-?mail|message|request))|we(?: have|'ve) received your|"
    r"your (?:request|ticket|case) \S{1,20} ?(?:has been|was) (?:received|created|opened))",
    re.I,
)
ROBOTS: Final = re.compile(
    r"(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?|notifications?)(?:[+.-][^@]*)?@", re.I
)
