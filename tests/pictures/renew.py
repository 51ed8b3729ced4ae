"""Renews the kept pictures after a change that was meant: `python -m tests.pictures.renew`."""

from __future__ import annotations

import os
import sys


def main() -> None:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImage
    from PySide6.QtWidgets import QApplication

    from tests.pictures import screens

    app = QApplication([])
    screens.KEPT.mkdir(exist_ok=True)
    with screens.school() as office:
        made = screens.render(app, office)
    for old in screens.KEPT.glob("*.png"):
        if old.stem not in made:
            old.unlink()
    for name, picture in made.items():
        path = screens.KEPT / f"{name}.png"
        if path.exists() and screens.different(picture, QImage(str(path))) == 0:
            continue
        picture.convertToFormat(QImage.Format.Format_Indexed8, Qt.ImageConversionFlag.ThresholdDither).save(str(path), "PNG", 0)
        print(f"{path.name}, {path.stat().st_size / 1024:.0f} KB", file=sys.stderr)


if __name__ == "__main__":
    main()
