"""Translation catalogues: exported from a database, merged, and checked to be complete.

Runs in the Python environment of the host, which brings polib.
"""

import re
import sys
from pathlib import Path

import polib

LANGUAGE = "zh_CN"
#: Written the same in every language.
AS_IS = {"ID", "NPS"}


def is_text(message):
    """Tell whether a message has words to translate: tags, numbers and expressions of mail
    templates have none."""
    plain = re.sub(r"<[^>]+>", "", message)
    words = set(re.findall(r"[A-Za-z]{2,}", plain))
    return bool(words - AS_IS) and "object." not in plain


def merge(addon, exported):
    """Take a fresh template into the addon's catalogues, keeping what is translated.

    :param addon: folder of the addon
    :param exported: path of the template just exported
    """
    template = polib.pofile(str(exported))
    template.metadata.pop("POT-Creation-Date", None)
    template.metadata.pop("PO-Revision-Date", None)
    template.save(str(addon / "i18n" / f"{addon.name}.pot"))
    path = addon / "i18n" / f"{LANGUAGE}.po"
    catalogue = polib.pofile(str(path)) if path.exists() else polib.POFile()
    catalogue.metadata = {
        **template.metadata,
        "Language": LANGUAGE,
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    catalogue.merge(template)
    for entry in [entry for entry in catalogue if entry.obsolete]:
        catalogue.remove(entry)
    for entry in catalogue.fuzzy_entries():
        entry.flags.remove("fuzzy")  # a guess from a similar sentence is not a translation
        entry.msgstr, entry.previous_msgid = "", None
    catalogue.save(str(path))


def problems(addon, exported):
    """What is wrong with the catalogues of an addon.

    :param addon: folder of the addon
    :param exported: path of a template just exported
    :return: list of sentences
    """
    now = {entry.msgid for entry in polib.pofile(str(exported))}
    template = addon / "i18n" / f"{addon.name}.pot"
    catalogue = addon / "i18n" / f"{LANGUAGE}.po"
    if not (template.exists() and catalogue.exists()):
        return [f"{addon.name} lacks {template.name} or {catalogue.name}"] if now else []
    known = {entry.msgid for entry in polib.pofile(str(template))}
    entries = polib.pofile(str(catalogue))
    translated = {entry.msgid for entry in entries.translated_entries()}
    missing = sorted(filter(is_text, now - translated))
    return [
        *(f"{addon.name}: not in the template: {text!r}" for text in sorted(now - known)),
        *(f"{addon.name}: gone from the code: {text!r}" for text in sorted(known - now)),
        *(f"{addon.name}: not translated: {text!r}" for text in missing),
        *(f"{addon.name}: fuzzy: {entry.msgid!r}" for entry in entries.fuzzy_entries()),
    ]


def main(mode, exports, *addons):
    """Merge or check the addons' exported templates.

    :param mode: ``merge`` or ``check``
    :param exports: folder with ``<addon>.pot`` files
    :return: exit code
    """
    found = []
    for addon in map(Path, addons):
        exported = Path(exports) / f"{addon.name}.pot"
        if mode == "merge" and exported.exists():
            (addon / "i18n").mkdir(exist_ok=True)
            merge(addon, exported)
        if exported.exists():
            found += problems(addon, exported)
    print("\n".join(found) or "every message is translated")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
