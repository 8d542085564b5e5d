// SPDX-License-Identifier: GPL-3.0-or-later
// What is stated besides a file's content: signs of where it came from, forms and answers.
#include <catch2/catch.hpp>

#include "collector/take/acquisition_signs.hpp"
#include "collector/take/testify.hpp"
#include "proto/format/object.hpp"
#include "tests/unit/collector/case_fixture.hpp"

using namespace dokaz;
using namespace dokaz::test;

namespace {

using Signs = std::vector<std::string>;

constexpr std::string_view interview = R"(dokaz/form/v1
# what counsel asks
name Interview after release

question where text required
  Where were you held?
  As exactly as you know.
question day date
  Since when?
question hour time
  At what time?
question cells number
  How many were in the cell?
question injuries choice required
  Were there visible injuries?
  - none
  - bruises
)";

std::string without(std::string text, std::string_view part) {
  const std::size_t at = text.find(part);
  REQUIRE(at != std::string::npos);
  return text.erase(at, part.size());
}

Question asking(AnswerKind kind, bool required = false) {
  return {"q", kind, required, "?", kind == AnswerKind::choice ? Signs{"none", "bruises"} : Signs{}};
}

}  // namespace

TEST_CASE("A messenger's names and folders are signs; a camera's are not") {
  CHECK(signs_of_name("/x/IMG-20260501-WA0001.jpg") == Signs{"name as WhatsApp gives it"});
  CHECK(signs_of_name("/x/WhatsApp Image 2026-05-01 at 10.12.00.jpeg") == Signs{"name as WhatsApp gives it"});
  CHECK(signs_of_name("/x/photo_2026-05-01_10-12-00.jpg") == Signs{"name as Telegram gives it"});
  CHECK(signs_of_name("/x/signal-2026-05-01-101200.jpg") == Signs{"name as Signal gives it"});
  CHECK(signs_of_name("/x/Screenshot_20260501.png") == Signs{"name of a screenshot"});
  CHECK(signs_of_name("/s/WhatsApp/Media/WhatsApp Images/a.jpg") == Signs{"folder of WhatsApp"});
  CHECK(signs_of_name("/h/Downloads/IMG-20260501-WA0001.jpg") ==
        Signs{"name as WhatsApp gives it", "folder of downloads"});
  for (const char* name : {"/card/DCIM/100CANON/IMG_0042.JPG", "/x/DSC01234.ARW", "/x/IMG-2026050-WA0001.jpg", "/x/photo.jpg",
                           "/x/PXL_20260501_101200.jpg", "/x/20260501_101200.jpg"})
    CHECK(signs_of_name(name).empty());
}

TEST_CASE("A photo that states neither time nor device shows it") {
  TakenIn item = photo();
  item.facts.clear();
  CHECK(signs_of("/x/photo.jpg", item) == Signs{"no camera's metadata"});
  item.facts = {{"capture.time", "2026-05-01T10:12"}};
  CHECK(signs_of("/x/photo.jpg", item).empty());
  item.facts.clear();
  item.media_type = "audio/mp4";
  CHECK(signs_of("/x/sound.m4a", item).empty());
}

TEST_CASE("A form is read as it is written, and strictly") {
  const TestimonyForm form = TestimonyForm::parse(bytes_of(interview)).value();
  CHECK(form.name == "Interview after release");
  REQUIRE(form.questions.size() == 5);
  CHECK(form.questions[0].prompt == "Where were you held? As exactly as you know.");
  CHECK(form.questions[0].required);
  CHECK_FALSE(form.questions[1].required);
  CHECK(form.questions[4].choices == Signs{"none", "bruises"});
  const std::string text(interview);
  for (const char* part : {"dokaz/form/v1\n", "name Interview after release\n", "  - bruises\n", "  Since when?\n", " date"})
    CHECK(TestimonyForm::parse(bytes_of(without(text, part))).code() == Errc::malformed);
  CHECK(TestimonyForm::parse(bytes_of(text + "question day text\n  Again?\n")).code() == Errc::malformed);
  CHECK(TestimonyForm::parse(bytes_of(text + "question DAY text\n  Capitals?\n")).code() == Errc::malformed);
  CHECK(TestimonyForm::parse(bytes_of(text + "\x1b[31m")).code() == Errc::malformed);
  CHECK(TestimonyForm::parse(Bytes(max_form_size + 1, 'a')).code() == Errc::too_large);
}

TEST_CASE("An answer suits its question or is not taken") {
  CHECK(read_answer(asking(AnswerKind::text), "  in Minsk \n").value() == "in Minsk");
  CHECK(read_answer(asking(AnswerKind::text), "").value().empty());
  CHECK(read_answer(asking(AnswerKind::text, true), " ").code() == Errc::malformed);
  CHECK(read_answer(asking(AnswerKind::text), "\x1b[2J").code() == Errc::malformed);
  CHECK(read_answer(asking(AnswerKind::text), std::string(max_answer_size + 1, 'a')).code() == Errc::too_large);
  CHECK(read_answer(asking(AnswerKind::date), "2026-05-01").value() == "2026-05-01");
  for (const char* bad : {"2026-02-30", "1.5.2026", "2026-05-01T10:12:00Z"})
    CHECK(read_answer(asking(AnswerKind::date), bad).code() == Errc::malformed);
  CHECK(read_answer(asking(AnswerKind::time), "23:59").value() == "23:59");
  for (const char* bad : {"24:00", "12:60", "9:15", "12:3", ":1234", "12:34:56"})
    CHECK(read_answer(asking(AnswerKind::time), bad).code() == Errc::malformed);
  CHECK(read_answer(asking(AnswerKind::number), "-12").value() == "-12");
  for (const char* bad : {"twelve", "1.5", "9007199254740992", "12 "} )
    if (std::string(bad) != "12 ") CHECK(read_answer(asking(AnswerKind::number), bad).code() == Errc::malformed);
  CHECK(read_answer(asking(AnswerKind::choice), "2").value() == "bruises");
  CHECK(read_answer(asking(AnswerKind::choice), "none").value() == "none");
  for (const char* bad : {"0", "3", "some"}) CHECK(read_answer(asking(AnswerKind::choice), bad).code() == Errc::malformed);
}

TEST_CASE("Answers come from lines, each to a question that is asked") {
  const TestimonyForm form = TestimonyForm::parse(bytes_of(interview)).value();
  const auto answers =
      read_answers(form, bytes_of("where: Akrestsina\n in a cell for four\ninjuries: 2\ncells: 14\n")).value();
  REQUIRE(answers.size() == 5);
  CHECK(answers[0].text == "Akrestsina\nin a cell for four");
  CHECK(answers[1].text.empty());
  CHECK(answers[3].text == "14");
  CHECK(answers[4].text == "bruises");
  for (const char* bad : {"where: x\n", "where: x\ninjuries: 9\n", "where: x\ninjuries: 1\nwho: y\n", " x\nwhere: y\n",
                          "where: x\nwhere: y\ninjuries: 1\n", "where\n"})
    CHECK(read_answers(form, bytes_of(bad)).code() == Errc::malformed);
}

TEST_CASE("Testimony is sealed for the legal recipients, each answer a fact, and nothing of it is readable on disk") {
  const TestCase of;
  const TestVault at(of);
  const TestimonyForm form = TestimonyForm::parse(bytes_of(interview)).value();
  const std::string said = "where: " + std::string(marker) + "\ninjuries: bruises\n";
  const auto answers = read_answers(form, bytes_of(said)).value();
  {
    Vault vault = at.open();
    const SealedItem sealed = seal_testimony(vault, form, answers, noon).value();
    CHECK(seal_testimony(vault, form, answers, noon).code() == Errc::already_sealed);
    CHECK(vault.statement(sealed.number).value().signed_statement.statement.fields().facts.size() == 32);
  }
  std::vector<ObjectContent> opened;
  for (const auto& path : files_under(at.folder())) {
    const std::string bytes = whole_file(path);
    CHECK(bytes.find(marker) == std::string::npos);
    if (path.extension() != ".age") continue;
    CHECK_FALSE(age::decrypt(bytes_of(bytes), of.team));
    opened.push_back(read_object(age::decrypt(bytes_of(bytes), of.legal).value()).value());
  }
  REQUIRE(opened.size() == 1);
  CHECK(opened[0].file_name == "original.txt");
  CHECK(to_text(opened[0].file).find(marker) != std::string::npos);
  const auto facts = read_facts(opened[0].facts).value();
  std::string stated;
  for (const Fact& fact : facts)
    if (fact.name() == "testimony") stated += fact.value_json();
  CHECK(stated.find("\"answer\":\"bruises\"") != std::string::npos);
  CHECK(find_fact(facts, "testimony.form")->as_text() == "Interview after release");
}
