# Export the translation templates of the given modules into a folder. Runs in an Odoo shell.
from pathlib import Path

from odoo.tools.translate import trans_export

for module in given["modules"]:
    with open(Path(given["folder"]) / f"{module}.pot", "wb") as buffer:
        if not trans_export(False, [module], buffer, "po", env):
            buffer.write(b"")
for empty in Path(given["folder"]).glob("*.pot"):
    if not empty.stat().st_size:
        empty.unlink()
