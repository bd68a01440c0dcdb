#!/usr/bin/env python3
"""Makes the tables by which persons are matched: Data/people/*.tsv.

    python3 -m venv .build/venv-people
    .build/venv-people/bin/pip install pypinyin==0.55.0 opencc-python-reimplemented==0.1.7 LunarCalendar==0.0.9
    .build/venv-people/bin/python Scripts/people.py

Needs `uconv` (Debian icu-devtools) for the readings that a character has as a surname.
"""
import collections
import importlib.util
import pathlib
import subprocess
import unicodedata

TARGET = pathlib.Path(__file__).parent.parent / "Data/people"

PINYIN = """\
# Readings of Han characters in pinyin without tones: syllable, characters read so first, characters read so as well
# Source: PyPI pypinyin 0.55.0 (pinyin-data of mozillazg, after Unihan kHanyuPinyin, kMandarin and kXHC1983)
# Licence: MIT
# Edition: 0.55.0; made by Scripts/people.py, v stands for ü"""

VARIANTS = """\
# Variants of Han characters: the character to which all are brought before names are compared, its variants
# Source: PyPI opencc-python-reimplemented 0.1.7 (OpenCC TSCharacters, TWVariants, HKVariants, JPVariants);
#   CJK compatibility ideographs after the Unicode Character Database {ucd}
# Licence: Apache-2.0 (OpenCC); Unicode-3.0 (Unicode Character Database)
# Edition: 0.1.7; made by Scripts/people.py"""

SURNAMES = """\
# Surnames of two characters, and surnames whose reading is not the first one of the character: surname, reading
# Source: 百家姓 (a text of the Song dynasty) for surnames of two characters; readings by ICU, transform Han-Latin/Names
# Licence: Unicode-3.0 (ICU, CLDR)
# Edition: ICU {icu}; made by Scripts/people.py"""

LUNAR = """\
# Years of the Chinese calendar: year, day of its first month's first day (month and day), leap month (0 none),
#   days of its months in order, the leap month after its namesake: 1 has 30, 0 has 29
# Source: PyPI LunarCalendar 0.0.9, after the conversion table of the Hong Kong Observatory; rule GB/T 33661-2017
# Licence: MIT
# Edition: 0.0.9; made by Scripts/people.py"""

COMPOUND = """\
万俟 司马 上官 欧阳 夏侯 诸葛 闻人 东方 赫连 皇甫 尉迟 公羊 澹台 公冶 宗政 濮阳 淳于 单于 太叔 申屠 公孙 仲孙 轩辕 令狐 钟离
宇文 长孙 慕容 鲜于 闾丘 司徒 司空 亓官 司寇 子车 颛孙 端木 巫马 公西 漆雕 乐正 壤驷 公良 拓跋 夹谷 宰父 谷梁 段干 百里 东郭
南门 呼延 羊舌 微生 梁丘 左丘 东门 西门 南宫 第五""".split()

SYLLABLE = 6


def plain(reading):
    """A reading without its tone; ü is written v, as on identity papers before 2012."""
    text = unicodedata.normalize("NFD", reading.replace("ü", "v").replace("ê", "e"))
    text = "".join(c for c in text if not unicodedata.combining(c) or c == "\u0308")
    text = unicodedata.normalize("NFC", text).replace("ü", "v")
    return text if text.isascii() and text.isalpha() and len(text) <= SYLLABLE else None


def write(name, header, rows):
    TARGET.mkdir(parents=True, exist_ok=True)
    lines = [header] + ["\t".join(row).rstrip("\t") for row in rows]
    (TARGET / name).write_text("\n".join(lines) + "\n")


def readings():
    from pypinyin.pinyin_dict import pinyin_dict

    found = {}
    for code, text in pinyin_dict.items():
        plains = list(dict.fromkeys(p for p in map(plain, text.split(",")) if p))
        # A bare n or m is an interjection, never a name.
        plains = [p for p in plains if any(v in p for v in "aeiouv")]
        if plains and (0x3400 <= code <= 0x9FFF or code >= 0x20000 or code == 0x3007):
            found[chr(code)] = plains
    return found


def pinyin(found):
    first, further = collections.defaultdict(list), collections.defaultdict(list)
    for character, plains in sorted(found.items()):
        first[plains[0]].append(character)
        for other in plains[1:]:
            further[other].append(character)
    write("pinyin.tsv", PINYIN, [
        (s, "".join(first[s]), "".join(further[s])) for s in sorted({*first, *further})])


def variants():
    folder = pathlib.Path(importlib.util.find_spec("opencc").origin).parent / "dictionary"

    def pairs(name):
        for line in (folder / name).read_text().splitlines():
            key, _, values = line.partition("\t")
            if len(key) == 1 and len(values.split(" ")[0]) == 1:
                yield key, values.split(" ")

    target = {}
    for traditional, simplified in pairs("TSCharacters.txt"):
        target[traditional] = traditional if traditional in simplified else simplified[0]
    for name in ("TWVariants.txt", "HKVariants.txt", "JPVariants.txt"):
        for usual, others in pairs(name):
            for other in others:
                target.setdefault(other, target.get(usual, usual))
    for code in [*range(0xF900, 0xFB00), *range(0x2F800, 0x2FA20)]:
        usual = unicodedata.normalize("NFKC", chr(code))
        if len(usual) == 1 and usual != chr(code):
            target[chr(code)] = target.get(usual, usual)
    grouped = collections.defaultdict(list)
    for variant, usual in sorted(target.items()):
        seen = {variant}
        while usual in target and usual not in seen:
            seen.add(usual)
            usual = target[usual]
        if variant != usual and target.get(usual, usual) == usual:
            grouped[usual].append(variant)
    write("variants.tsv", VARIANTS.format(ucd=unicodedata.unidata_version),
          [(usual, "".join(others)) for usual, others in sorted(grouped.items())])


def named(words):
    """How ICU reads words as names, each on a line of its own."""
    done = subprocess.run(
        ["uconv", "-f", "utf8", "-t", "utf8", "-x", "Han-Latin/Names"],
        input="\n".join(words), capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def surnames(found):
    usual = sorted(c for c in found if 0x4E00 <= ord(c) <= 0x9FFF)
    rows = []
    for character, reading in zip(usual, named(usual)):
        reading = plain(reading)
        # Han-Latin and Han-Latin/Names differ in the sense of the reading only for surnames.
        if reading and reading != found[character][0]:
            rows.append((character, reading))
    general = dict(zip(usual, subprocess.run(
        ["uconv", "-f", "utf8", "-t", "utf8", "-x", "Han-Latin"], input="\n".join(usual),
        capture_output=True, text=True, check=True).stdout.splitlines()))
    rows = [(c, r) for c, r in rows if plain(general[c]) != r]
    for surname, reading in zip(COMPOUND, named(COMPOUND)):
        rows.append((surname, " ".join(plain(part) for part in reading.split())))
    version = subprocess.run(["uconv", "--version"], capture_output=True, text=True).stdout
    write("surnames.tsv", SURNAMES.format(icu=version.split("ICU ")[-1].split()[0]), rows)


def lunar():
    from lunarcalendar import Converter, Lunar

    def starts(year):
        for month in range(1, 13):
            for leap in (False, True):
                try:
                    day = Converter.Lunar2Solar(Lunar(year, month, 1, isleap=leap)).to_date()
                    back = Converter.Solar2Lunar(Converter.Lunar2Solar(Lunar(year, month, 1, isleap=leap)))
                except Exception:
                    continue
                if (back.year, back.month, back.day, back.isleap) == (year, month, 1, leap):
                    yield month, leap, day

    rows = []
    for year in range(1900, 2100):
        months = list(starts(year))
        ends = [day for _, _, day in months[1:]] + [next(starts(year + 1))[2]]
        lengths = [(end - day).days for (_, _, day), end in zip(months, ends)]
        assert all(n in (29, 30) for n in lengths), (year, lengths)
        leap = next((month for month, is_leap, _ in months if is_leap), 0)
        rows.append((str(year), f"{months[0][2]:%m%d}", str(leap),
                     "".join("1" if n == 30 else "0" for n in lengths)))
    write("lunar.tsv", LUNAR, rows)


found = readings()
pinyin(found)
variants()
surnames(found)
lunar()
