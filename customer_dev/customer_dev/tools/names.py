"""Spelling variants of a company's name, to find the same company again, without any ORM."""

import unicodedata

#: legal forms that people write or leave out, longest first
SUFFIXES = (
    "股份有限公司",
    "有限责任公司",
    "有限公司",
    "公司",
    "co., ltd.",
    "co.,ltd.",
    "co., ltd",
    "co.,ltd",
    "ltd.",
    "ltd",
    "inc.",
    "inc",
)


def normalize(name):
    """Half-width, single-spaced, lower-case form of a name."""
    return " ".join(unicodedata.normalize("NFKC", name or "").split()).casefold()


def stem(name):
    """The normalized name without its legal form."""
    text = normalize(name)
    for suffix in SUFFIXES:
        if text.endswith(suffix) and len(text) > len(suffix):
            return text[: -len(suffix)].strip(" ,")
    return text


def same_company(left, right):
    """Whether two spellings name the same company once the legal form is left out."""
    return bool(stem(left)) and stem(left) == stem(right)
