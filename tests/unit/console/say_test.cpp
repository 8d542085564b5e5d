// SPDX-License-Identifier: GPL-3.0-or-later
// A language with the plural forms one, few and many, as Belarusian has them, dropped in as a file.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <vector>

#include "console/say.hpp"
#include "tests/unit/crypto/scratch.hpp"

using namespace dokaz;
using dokaz::test::Scratch;
using console::say;
using console::say_count;

namespace {

constexpr const char* language = R"(msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\n"

msgid "{} item"
msgid_plural "{} items"
msgstr[0] "{} one"
msgstr[1] "{} few"
msgstr[2] "{} many"

msgid "{} of {}"
msgstr "from {1}: {0}"

msgid "broken {}"
msgstr "three {} {} {}"

msgid "there is no such file or item"
msgstr "няма"
)";

bool has_gettext() {
  if (std::system("command -v msgfmt >/dev/null") == 0) return true;
  WARN("gettext is not installed: languages are not tested");
  return false;
}

/// Makes the catalogue and speaks it.
void speak(const Scratch& scratch, const std::string& name, const std::string& catalogue) {
  const auto folder = scratch / name / "LC_MESSAGES", po = scratch / (name + ".po");
  std::filesystem::create_directories(folder);
  std::ofstream(po) << catalogue;
  REQUIRE(std::system(("msgfmt --check -o '" + (folder / "dokaz.mo").string() + "' '" + po.string() + "'").c_str()) == 0);
  console::choose_language(name, scratch.path());
}

std::string items(std::uint64_t n) { return say_count("{} item", "{} items", n, n); }

}  // namespace

TEST_CASE("A language has its own plural forms and order, and cannot take the words away") {
  // Before any language: English, with its two forms.
  CHECK(items(1) == "1 item");
  CHECK(items(5) == "5 items");
  CHECK(say("{} of {}", 2, 3) == "2 of 3");
  CHECK(console::say_text("").empty());

  if (!has_gettext()) return;
  const Scratch scratch;
  speak(scratch, "xx", language);

  const std::pair<std::uint64_t, std::string> forms[] = {{1, "one"},   {2, "few"},  {4, "few"},   {5, "many"},  {11, "many"},
                                                         {14, "many"}, {21, "one"}, {22, "few"}, {112, "many"}, {0, "many"}};
  for (const auto& [count, form] : forms) CHECK(items(count) == std::to_string(count) + " " + form);
  CHECK(say("{} of {}", 2, 3) == "from 3: 2");
  CHECK(say("broken {}", 7) == "broken 7");
  CHECK(say("not translated {}", 7) == "not translated 7");
  CHECK(console::say_text("there is no such file or item") == "няма");
  CHECK(console::say_text("").empty());
}

TEST_CASE("Belarusian, Russian, Ukrainian and Polish choose the form as CLDR has it") {
  if (!has_gettext()) return;
  const std::string east = "(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2)";
  const std::string polish = "(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2)";
  struct Language {
    std::string name, rule, one, few, many;
    std::vector<std::uint64_t> of_one, of_few, of_many;
  };
  const std::vector<std::uint64_t> few = {2, 3, 4, 22, 23, 24, 32, 102, 104, 1002, 10'000'003};
  const std::vector<std::uint64_t> many = {0, 5, 9, 10, 11, 12, 14, 19, 20, 25, 30, 100, 111, 112, 114, 1011, 10'000};
  const std::vector<std::uint64_t> ones = {1, 21, 31, 101, 121, 1001};
  std::vector<std::uint64_t> polish_many = many;
  polish_many.insert(polish_many.end(), ones.begin() + 1, ones.end());
  const Language languages[] = {
      {"be", east, "фота", "фоты", "фотаў", ones, few, many},
      {"ru", east, "снимок", "снимка", "снимков", ones, few, many},
      {"uk", east, "знімок", "знімки", "знімків", ones, few, many},
      {"pl", polish, "zdjęcie", "zdjęcia", "zdjęć", {1}, few, polish_many},
  };
  const Scratch scratch;
  for (const Language& one : languages) {
    INFO(one.name);
    speak(scratch, one.name,
          "msgid \"\"\nmsgstr \"Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=3; plural=" + one.rule +
              ";\\n\"\n\nmsgid \"{} photo\"\nmsgid_plural \"{} photos\"\nmsgstr[0] \"{} " + one.one + "\"\nmsgstr[1] \"{} " +
              one.few + "\"\nmsgstr[2] \"{} " + one.many + "\"\n");
    const auto photos = [](std::uint64_t n) { return say_count("{} photo", "{} photos", n, n); };
    for (const std::uint64_t n : one.of_one) CHECK(photos(n) == std::to_string(n) + " " + one.one);
    for (const std::uint64_t n : one.of_few) CHECK(photos(n) == std::to_string(n) + " " + one.few);
    for (const std::uint64_t n : one.of_many) CHECK(photos(n) == std::to_string(n) + " " + one.many);
  }
}

TEST_CASE("A text with numbers, made where no language is known, is found in the catalogue") {
  if (!has_gettext()) return;
  const Scratch scratch;
  speak(scratch, "yy",
        "msgid \"\"\nmsgstr \"Content-Type: text/plain; charset=UTF-8\\n\"\n\n"
        "msgid \"{} of {} frames, by C2PA\"\nmsgstr \"C2PA: von {1} Bildern {0}\"\n\n"
        "msgid \"line {}: too long\"\nmsgstr \"Zeile {}: zu lang\"\n\n"
        "msgid \"item {}\"\nmsgstr \"{} {}\"\n\n"
        "msgid \"{} seconds\"\nmsgstr \"{} Sekunden\"\n");
  CHECK(console::say_counted("3 of 15 frames, by C2PA") == "C2PA: von 15 Bildern 3");
  CHECK(console::say_counted("line 7: too long") == "Zeile 7: zu lang");
  CHECK(console::say_counted("1.5 seconds") == "1.5 Sekunden");
  CHECK(console::say_counted("item 7") == "item 7");
  CHECK(console::say_counted("7 unknown words {") == "7 unknown words {");
  CHECK(console::say_counted("").empty());
}
