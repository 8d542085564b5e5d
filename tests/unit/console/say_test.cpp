// SPDX-License-Identifier: GPL-3.0-or-later
// A language with the plural forms one, few and many, as Belarusian has them, dropped in as a file.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>

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

std::string items(std::uint64_t n) { return say_count("{} item", "{} items", n, n); }

}  // namespace

TEST_CASE("A language has its own plural forms and order, and cannot take the words away") {
  // Before any language: English, with its two forms.
  CHECK(items(1) == "1 item");
  CHECK(items(5) == "5 items");
  CHECK(say("{} of {}", 2, 3) == "2 of 3");
  CHECK(console::say_text("").empty());

  if (std::system("command -v msgfmt >/dev/null") != 0) {
    WARN("gettext is not installed: languages are not tested");
    return;
  }
  const Scratch scratch;
  const auto folder = scratch / "xx" / "LC_MESSAGES";
  std::filesystem::create_directories(folder);
  std::ofstream(scratch / "xx.po") << language;
  REQUIRE(std::system(("msgfmt -o '" + (folder / "dokaz.mo").string() + "' '" + (scratch / "xx.po").string() + "'").c_str()) == 0);
  console::choose_language("xx", scratch.path());

  const std::pair<std::uint64_t, std::string> forms[] = {{1, "one"},   {2, "few"},  {4, "few"},   {5, "many"},  {11, "many"},
                                                         {14, "many"}, {21, "one"}, {22, "few"}, {112, "many"}, {0, "many"}};
  for (const auto& [count, form] : forms) CHECK(items(count) == std::to_string(count) + " " + form);
  CHECK(say("{} of {}", 2, 3) == "from 3: 2");
  CHECK(say("broken {}", 7) == "broken 7");
  CHECK(say("not translated {}", 7) == "not translated 7");
  CHECK(console::say_text("there is no such file or item") == "няма");
  CHECK(console::say_text("").empty());
}
