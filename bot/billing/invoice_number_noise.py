"""What stands in messages and is not an invoice number, though it has digits: dates, amounts, telephone numbers, quantities, products."""

from __future__ import annotations

import re

_LEFT = r"(?<![^\W_])(?<![^\W_][-/])"
_RIGHT = r"(?![0-9])(?![-/][0-9])"
_AMOUNT = r"[0-9]{1,3}(?:[ .,'][0-9]{3})+(?:[.,][0-9]{1,2})?|[0-9]+(?:[.,][0-9]+)?"
_YEAR = r"(?:19|20)[0-9]{2}"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_DAY = r"(?:0?[1-9]|[12][0-9]|3[01])"
_MONTH_NAME = (
    r"(?:jan(?:u[aá]r(?:y|i)?)?|feb(?:ru[aá]r(?:y|i)?)?|febr|m[aá]rc(?:h|ius\w*)?|mar|[aá]pr(?:il\w*|ilis\w*)?|m[aá]j(?:us\w*)?|may"
    r"|j[uú]n(?:e|ius\w*)?|j[uú]l(?:y|ius\w*)?|aug(?:ust|usztus\w*)?|sept?(?:ember)?|szept(?:ember\w*)?|o[ck]t(?:[oó]ber\w*)?"
    r"|nov(?:ember\w*)?|de[cz](?:ember\w*)?)"
)
_UNIT = (
    r"(?:licen[cs]\w*|seats?|users?|felhaszn[aá]l[oó]\w*|db\b|darab\w*|pcs|f[oő]\b|fő\w*|napo?s?\w*|days?|h[eé]t\b|hete\w*|weeks?|h[oó]nap\w*|months?"
    r"|[eé]v(?:e\w*|re|ig|es)?\b|years?|[oó]r[aá]\w*|hours?|perc\w*|minutes?|t[eé]tel\w*|items?|lines?|sor\b|invoices|bills|GB|TB|MB"
    r"|ember\w*|people|alkalom\w*|times|-?szor|-?szer|-?sz[oö]r|sz[aá]zal[eé]k\w*|percent)"
)
_CURRENCY = r"(?:€|\$|£|ft\b|forint\w*|eur\w*|eur[oó]\w*|huf\b|usd\b|gbp\b|doll[aá]r\w*|dollars?|ezer\w*|milli[oó]\w*|million|fill[eé]r)"
_FAMILY = r"(?:office|microsoft|ms|dynamics|windows|azure|power\s?bi|exchange|visio|project|sql|server|sharepoint|teams)"
_PRODUCT = (
    rf"(?:m|o|d|w|ms|{_FAMILY})\s?-?365|365|[aefgkp][1-7]|win(?:dows)?\s?(?:1[01]|[78])|{_FAMILY}\s?{_YEAR}|b2[bc]"
    rf"|(?:fy|h[12]|q[1-4]|[1-4]q)\W?{_YEAR}|{_YEAR}\W?(?:h[12]|q[1-4])|h[12]|q[1-4]"
)

_NOISE = re.compile(
    "|".join(
        (
            r"https?://\S+|www\.\S+|(?<!\S)[^\s@]+@\S+",
            r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
            # Error codes, knowledge base articles and standards.
            r"\b(?:aadsts|kb|0x|http|error|iso|iec|rfc|cve|din)[\s/-]?[0-9a-f]*[0-9](?:-[0-9]+)*\b",
            # Bank accounts and tax numbers.
            r"\b[A-Z]{2}[0-9]{2}(?:\s?[0-9A-Z]{4}){3,7}(?:\s?[0-9A-Z]{1,3})?\b",
            rf"{_LEFT}[0-9]{{8}}(?:[-\s][0-9]{{8}}){{1,2}}{_RIGHT}|{_LEFT}[0-9]{{8}}-[0-9]-[0-9]{{2}}{_RIGHT}|\bHU[0-9]{{8}}\b",
            # Telephone numbers.
            r"\+[0-9][0-9 ()/.-]{6,}[0-9]",
            r"\b0[0-9]{1,3}[ /-]\(?[0-9]{1,3}\)?[ /-]?[0-9]{3}[ /-]?[0-9]{2,4}(?:[ -]?[0-9]{2})?\b",
            r"\b06[0-9]{1,2}[ /-]?[0-9]{3}[ /-]?[0-9]{3,4}\b",
            r"\(?\b[0-9]{3}\)?[-. ][0-9]{3}[-. ][0-9]{4}\b",
            # Dates, months, years and ranges of years; a prefix with a dash before them makes them part of a number.
            rf"{_LEFT}{_YEAR}\s?[-./]\s?{_MONTH}\s?[-./]\s?{_DAY}{_RIGHT}",
            rf"{_LEFT}{_DAY}\s?[-./]\s?{_DAY}\s?[-./]\s?(?:{_YEAR}|[0-9]{{2}}){_RIGHT}",
            rf"{_LEFT}{_YEAR}\s?[-/–]\s?{_YEAR}{_RIGHT}",
            rf"{_LEFT}{_YEAR}\s?[-./]\s?{_MONTH}{_RIGHT}|{_LEFT}{_MONTH}\s?[-./]\s?{_YEAR}{_RIGHT}",
            rf"\b{_MONTH_NAME}\.?\s(?:{_YEAR}|{_DAY})\b(?:st|nd|rd|th)?|\b{_DAY}(?:st|nd|rd|th)?\.?\s(?:of\s)?{_MONTH_NAME}\b",
            rf"{_LEFT}{_YEAR}\.?\s{_MONTH_NAME}\b",
            r"\b[0-9]{1,2}[:.][0-9]{2}(?:\s?-\s?[0-9]{1,2}[:.][0-9]{2})?\b(?![-/])",
            # Amounts and quantities.
            rf"(?:€|\$|£|\beur\b|\bhuf\b|\busd\b|\bgbp\b)\s?(?:{_AMOUNT})|\b(?:eur|huf|usd|gbp)[0-9]+(?:[.,][0-9]+)*",
            rf"{_LEFT}[0-9]+,[0-9]{{2}}(?![0-9])|{_LEFT}[0-9]+-?(?:r[oó]l|r[oöő]l|t[oó]l|t[oöő]l)\s[0-9]+-?(?:r[ae]|ig)\b",
            rf"{_LEFT}(?:{_AMOUNT})(?:\s?-?{_CURRENCY}|\s?%)",
            rf"{_LEFT}[0-9]{{1,6}}\s?-?{_UNIT}",
            rf"\b(?:{_PRODUCT})(?![0-9])(?!-?[0-9])(?![^\W\d_]{{2,}}[0-9])\b",
        )
    ),
    re.IGNORECASE,
)


def noise_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Return the places of dates, amounts, telephone and account numbers, quantities and product names in a message.

    Args:
        text: A message whose dashes are plain hyphens.

    Returns:
        ``(start, end)`` pairs in reading order, ``end`` exclusive; may be empty.
    """
    return tuple(match.span() for match in _NOISE.finditer(text))
