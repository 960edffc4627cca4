"""Builds a wheel that holds a program called fpmlint, so that installing can be tried without compiling anything."""

import zipfile

NAME = "fpmlint-0-py3-none-any.whl"
FILES = {
    "fpmlint-0.data/scripts/fpmlint": "#!/bin/sh\necho stand-in\n",
    "fpmlint-0.dist-info/METADATA": "Metadata-Version: 2.1\nName: fpmlint\nVersion: 0\n",
    "fpmlint-0.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: stand-in\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
}


def build_wheel(folder, config_settings=None, metadata_directory=None):
    record = "".join(f"{name},,\n" for name in FILES) + "fpmlint-0.dist-info/RECORD,,\n"
    with zipfile.ZipFile(f"{folder}/{NAME}", "w") as wheel:
        for name, text in {**FILES, "fpmlint-0.dist-info/RECORD": record}.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = 0o100755 << 16
            wheel.writestr(entry, text)
    return NAME
