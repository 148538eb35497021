"""Reads the data of the PyPI package vietnamadminunits; see scripts/old-units.

old-units.py DATA REFERENCE: the package's folder `data`, and where the three files go.
"""

import csv
import json
import sqlite3
import sys
import unicodedata
from collections import defaultdict
from math import cos, hypot, radians
from pathlib import Path

# Where this package and vietnam-provinces 2026.9.0 (both made from tables of the resolutions) do not agree, and the other
# one knows a further successor: both are offered, and a person chooses.
DOUBTFUL = {
    "00553": ["00562"],  # Cổ Bi (Gia Lâm, Hà Nội): Thuận An
    "01615": ["01648"],  # Hồng Quang (Quảng Hòa, Cao Bằng): Phục Hòa
    "02485": ["02494"],  # Công Đa (Yên Sơn, Tuyên Quang): Thái Bình
    "09013": ["09817"],  # Văn Khê (Mê Linh, Hà Nội): Ô Diên
}

HEAD = """\
# source: PyPI package vietnamadminunits 1.0.4; made by scripts/old-units
# as of: 2025-06-30
# licence: MIT
"""


def nfc(text):
    return unicodedata.normalize("NFC", text).replace("’", "'")


def far(one, other):
    return hypot(one[0] - other[0], (one[1] - other[1]) * cos(radians(one[0])))


def main(data, reference):
    base = sqlite3.connect(data / "dataset.db")
    old = base.execute(
        "SELECT provinceKey, districtKey, wardKey, provinceCode, districtCode, wardCode, province, district, ward,"
        " wardLat, wardLon FROM admin_units_legacy"
    ).fetchall()
    new = {
        (province, ward): (code, (lat, lon))
        for province, ward, code, lat, lon in base.execute(
            "SELECT provinceKey, wardKey, wardCode, wardLat, wardLon FROM admin_units"
        )
    }
    successors = defaultdict(set)
    table = json.loads((data / "converter_2025.json").read_text())
    for province, wards in table["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for ward, before in wards.items():
            for key in before:
                successors[key].add((province, ward))
    for province, divided in table["DICT_PROVINCE_WARD_DIVIDED"].items():
        for key, parts in divided.items():
            successors[key] |= {(province, part["newWardKey"]) for part in parts}

    # The package joins by names. Where two old communes of one new province had the same name and either was divided,
    # it gives each of them the successors of both: of those, a commune keeps what lies nearest to it.
    namesakes = defaultdict(list)
    for row in old:
        if row[2]:
            key = f"{row[0]}_{row[1]}_{row[2]}"
            for province in {province for province, _ in successors[key]}:
                namesakes[province, row[2]].append((key, (row[9], row[10])))
    dropped = 0
    for _, same in sorted(namesakes.items()):
        given = {key: set(successors[key]) for key, _ in same}
        if len(same) < 2 or all(len(of) < 2 for of in given.values()):
            continue
        for key, _ in same:
            def mine(successor):
                claiming = [one for one in same if successor in given[one[0]]]
                return min(claiming, key=lambda one: (far(one[1], new[successor][1]), one[0]))[0] == key

            kept = {successor for successor in given[key] if mine(successor)}
            # Nothing left: the places that the package gives are wrong, and a person chooses.
            successors[key] = kept or given[key]
            dropped += len(given[key]) - len(successors[key])

    provinces, districts, communes = {}, {}, []
    for row in old:
        province_key, district_key, ward_key, province, district, code = row[:6]
        provinces[province] = nfc(row[6])
        became = sorted(new[successor][0] for successor in successors[f"{province_key}_{district_key}_{ward_key or ''}"])
        if code is None:
            # A district without communes became a special zone.
            districts[district] = (province, nfc(row[7]), became)
            continue
        districts.setdefault(district, (province, nfc(row[7]), []))
        communes.append((code, district, nfc(row[8]), sorted({*became, *DOUBTFUL.get(code, [])})))

    known = {line.split(",")[0] for line in (reference / "communes.csv").read_text().splitlines()}
    several = sum(len(became) > 1 for *_, became in communes)
    assert (len(provinces), len(districts), len(communes)) == (63, 696, 10035)
    assert all(became and known.issuperset(became) for *_, became in communes)
    print(f"{len(communes)} communes, {several} of them several now; {dropped} successors of namesakes left out")

    def write(name, notes, header, rows):
        with open(reference / name, "w", newline="") as file:
            file.write(HEAD + "".join(f"# note: {note}\n" for note in notes))
            out = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_NONE)
            out.writerow(header)
            out.writerows(rows)

    write("old_provinces.csv", [], ["code", "vi"], sorted(provinces.items()))
    write(
        "old_districts.csv",
        ["new: what a district without communes became"],
        ["code", "parent", "vi", "new"],
        sorted((code, province, name, " ".join(became)) for code, (province, name, became) in districts.items()),
    )
    write(
        "old_communes.csv",
        [
            "new: the codes in communes.csv of what it became, in whole or in part, one blank between them",
            "the package joins by names; successors that belong to a namesake in the same new province are left out (by distance)",
            "compared with PyPI vietnam-provinces 2026.9.0, of which nothing is copied; where that one knows a further successor (00553, 01615, 02485, 09013) both are offered",
        ],
        ["code", "parent", "vi", "new"],
        sorted((code, district, name, " ".join(became)) for code, district, name, became in communes),
    )


main(Path(sys.argv[1]), Path(sys.argv[2]))
